import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createRouterClient } from '@orpc/server';
import { practicePassphrase } from '../../electron/engine/practice-site.ts';
import { createRouter } from '../../electron/engine/router.ts';
import { openPracticeHome, type PracticeHome, practiceName } from '../kit/practice-home.ts';

/** Secrets with every character that an encoding could change; planted as the credentials of the practice servers. */
const plant = (name: string) => `${name}-${randomBytes(9).toString('hex')}/+&="ü`;

let practice: PracticeHome;
const planted: Record<string, string> = {};
before(async () => {
  for (const name of ['ssh', 'registry', 'database', 'cluster'])
    planted[name] = plant(name).replace(/[^\x21-\x7e]|"/g, '_');
  practice = await openPracticeHome({ secrets: planted });
});
after(async () => {
  await practice?.remove();
});

/** A secret as it could stand somewhere: plain, base64 at each of the three alignments, URL-encoded, hex. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const aligned = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    // What depends on the neighbouring bytes is cut off at both ends.
    return encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6) - 1);
  });
  return [
    ...new Set([
      secret,
      ...aligned,
      encodeURIComponent(secret),
      bytes.toString('hex'),
      JSON.stringify(secret).slice(1, -1),
    ]),
  ];
}

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

/** Content of a file, and what is packed in it. */
function contentsOf(path: string): readonly Buffer[] {
  const content = readFileSync(path);
  if (content[0] !== 0x1f || content[1] !== 0x8b) return [content];
  try {
    return [content, gunzipSync(content)];
  } catch {
    return [content];
  }
}

/** Command lines of all processes that can be seen, where the system shows them as files. */
function commandLines(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      try {
        return [readFileSync(`/proc/${id}/cmdline`, 'utf8')];
      } catch {
        return [];
      }
    });
}

test('no secret of a whole walk stands in a file, log, report, database or process list', async (t) => {
  const engine = practice.engine();
  const secrets = new Map<string, string>();
  try {
    const opened = engine.openUnlocked(practiceName);
    const { vault } = opened.unlocked();
    for (const [name, value] of Object.entries(planted)) vault.set(name === 'cluster' ? 'cluster-token' : name, value);
    vault.set('kubeconfig', vault.get('kubeconfig').replace(/token: .*/, `token: ${JSON.stringify(planted.cluster)}`));

    const client = createRouterClient(createRouter(engine));
    const plan = await client.plan.show({ site: practiceName, bundle: [practice.bundle] });
    await client.walk.start({ site: practiceName, bundle: [practice.bundle], plan: plan.digest });
    const seen = new Set<string>();
    const said: string[] = [JSON.stringify(plan)];
    for await (const event of await client.walk.watch({ site: practiceName })) {
      said.push(JSON.stringify(event));
      if (process.platform === 'linux' && (event.type === 'step' || event.type === 'progress'))
        for (const line of commandLines()) seen.add(line);
    }
    const walk = await client.walk.state({ site: practiceName });
    assert.equal(
      walk.state,
      'done',
      JSON.stringify(
        walk.stages.flatMap((stage) => [...stage.blockers, ...stage.steps.flatMap((step) => step.error ?? [])]),
      ),
    );
    await client.report.make({ site: practiceName });

    for (const name of vault.names()) {
      const value = vault.get(name);
      // A PEM key is looked for by a line of its body, a kubeconfig by its token, which is planted itself.
      if (name === 'kubeconfig') continue;
      secrets.set(name, value.startsWith('-----BEGIN') ? value.split('\n')[1]! : value);
    }
    assert.ok(secrets.has('user/admin') && secrets.has('database-owner') && secrets.has('audit/key'));
    secrets.set('passphrase', practicePassphrase(practice.home));

    const forms = [...secrets].flatMap(([name, value]) => formsOf(value).map((form) => ({ name, form })));
    const found: string[] = [];
    const scan = (where: string, content: Buffer, skip: (name: string) => boolean = () => false) => {
      for (const { name, form } of forms) if (!skip(name) && content.includes(form)) found.push(`${name} in ${where}`);
    };

    const local = [...readdirSync(tmpdir())]
      .filter((name) => name.startsWith('sitewright-practice-'))
      .map((name) => join(tmpdir(), name));
    let files = 0;
    for (const path of [practice.home, ...local].flatMap((folder) => [...filesBelow(folder)])) {
      if (!statSync(path, { throwIfNoEntry: false })?.isFile()) continue;
      files += 1;
      // Keys belong where servers read them: key files of hosts and pods, and the two keys of the practice home itself.
      const isKeyFile =
        /[/\\](tls\.key|server\.key|server\.pem|own\.pem|host_key|release-signing\.key|practice\.key)$/.test(path);
      for (const content of contentsOf(path))
        scan(path, content, (name) => isKeyFile && (name.startsWith('tls/') || name === 'passphrase'));
    }
    assert.ok(files > 100, `only ${files} files were read`);
    for (const line of seen) scan(`process list: ${line.slice(0, 60)}`, Buffer.from(line));
    scan('events and plan', Buffer.from(said.join('\n')));

    const postgres = await databaseDump(practice, planted.database!);
    scan('database', Buffer.from(postgres));
    assert.match(postgres, /scrypt\$16384/);

    t.diagnostic(
      `${secrets.size} secrets in ${forms.length} forms, ${files} files, ${seen.size} command lines, ${said.length} events`,
    );
    assert.deepEqual([...new Set(found)], []);

    // The scan itself can find something: the same forms, planted on purpose.
    const before = found.length;
    scan('control', Buffer.from(`x${Buffer.from(`ab${planted.ssh}`).toString('base64')}`));
    assert.equal(found.length, before + 1);
  } finally {
    await engine.close();
  }
});

/** Every row of every table, as text. */
async function databaseDump(home: PracticeHome, password: string): Promise<string> {
  const { default: pg } = await import('pg');
  const { address, port, user } = home.servers.ready.database;
  const client = new pg.Client({
    host: address,
    port,
    user,
    password,
    database: 'energy',
    ssl: { rejectUnauthorized: false },
  });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      "SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables WHERE table_schema IN ('public', 'sitewright') AND table_name <> 'readings'",
    );
    const dumps = [];
    for (const { name } of tables.rows) dumps.push(JSON.stringify((await client.query(`SELECT * FROM ${name}`)).rows));
    return dumps.join('\n');
  } finally {
    await client.end();
  }
}
