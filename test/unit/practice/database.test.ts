import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { ownCertificate } from '../../../electron/practice/certificate.ts';
import { shownCertificate } from '../../../electron/practice/database/handshake.ts';
import { run, secrets, signIn, type TestSite, testSite, writeRemote } from './site.ts';

let practice: TestSite;
before(async () => {
  practice = await testSite();
});
after(() => practice.close());

async function query(sql: string, password = secrets.database): Promise<Record<string, unknown>[]> {
  const { address, port, user } = practice.site.ready.database;
  const client = new pg.Client({
    host: address,
    port,
    user,
    password,
    database: 'postgres',
    ssl: { rejectUnauthorized: false },
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

test('PostgreSQL 18 answers over TLS, to the right password only', async () => {
  const [row] = await query(
    "select current_setting('server_version_num')::int / 10000 as major, ssl, current_setting('server_encoding') as encoding from pg_stat_ssl where pid = pg_backend_pid()",
  );
  assert.deepEqual(row, { major: 18, ssl: true, encoding: 'UTF8' });
  await assert.rejects(query('select 1', 'wrong'), { code: '28P01' });
  const [account] = await query(
    "select rolpassword like 'SCRAM-SHA-256$%' as scram from pg_authid where rolname = 'postgres'",
  );
  assert.deepEqual(account, { scram: true });
});

test('the password file of the first start is gone', async () => {
  const settings = JSON.parse(await readFile(join(practice.folder, 'practice.json'), 'utf8')) as {
    databaseFolder?: string;
  };
  const names = await readdir(settings.databaseFolder ?? join(practice.folder, 'database'));
  assert.equal(names.includes('data'), true);
  assert.deepEqual(
    names.filter((name) => name.includes('password') || name.includes('partial')),
    [],
  );
});

test('stopped and started, it keeps its data', async () => {
  await query('create table kept (id int)');
  await practice.site.database('stopped');
  await practice.site.database('stopped');
  await assert.rejects(query('select 1'), { code: 'ECONNREFUSED' });
  await practice.site.database('started');
  await practice.site.database('started');
  assert.deepEqual(await query('select count(*)::int as rows from kept'), [{ rows: 0 }]);
});

test('a reload takes over the certificate of its host, unless others could read the key', async () => {
  const issued = await ownCertificate(join(practice.folder, 'issued.pem'), 'database.site.internal');
  const client = await signIn(practice.site, 'data-01');
  const reload = '#!/bin/sh\n# sitewright: reload-service.sh\n';
  await writeRemote(client, '/etc/sitewright/postgresql/server.crt', issued.certificate, 0o644);
  await writeRemote(client, '/etc/sitewright/postgresql/server.key', issued.key, 0o644);
  const refused = await run(client, 'sh -s -- postgresql', reload);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /group or world access/);
  await writeRemote(client, '/etc/sitewright/postgresql/server.key', issued.key, 0o600);
  assert.equal((await run(client, 'sh -s -- postgresql', reload)).code, 0);
  const expected = new X509Certificate(issued.certificate).raw.toString('base64');
  assert.equal(await shownCertificate(practice.site.ready.database.port), expected);
  await practice.site.database('stopped');
  await practice.site.database('started');
  assert.equal(await shownCertificate(practice.site.ready.database.port), expected);

  // trust-ca.sh takes authorities only.
  await writeRemote(client, '/etc/sitewright/ca.crt', issued.certificate, 0o644);
  assert.equal((await run(client, 'sh -s', '#!/bin/sh\n# sitewright: trust-ca.sh\n')).code, 1);
  client.end();
});

test('it never runs as root', {
  skip:
    process.platform === 'linux' && process.getuid?.() === 0
      ? false
      : 'only started as root does it change its account',
}, () => {
  const owners = execFileSync('ps', ['-o', 'uid=,args=', '-C', 'postgres'], { encoding: 'utf8' }).split('\n');
  const own = owners.filter((line) => line.includes(`port=${practice.site.ready.database.port}`));
  assert.equal(own.length > 0, true);
  for (const line of own) assert.notEqual(line.trim().split(' ')[0], '0');
});
