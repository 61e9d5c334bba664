import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { readConfiguration } from '../../../electron/engine/data/configuration-file.ts';
import { dataStage } from '../../../electron/engine/stages/data/stage.ts';
import { startPostgres } from '../../kit/postgres.ts';
import { dataContext, readings, testRelease } from './fixture.ts';

test('the sample release fills a database: its schema, its configuration data, a year of readings of 20 meters', async () => {
  const root = join(import.meta.dirname, '../../../bundles/energy');
  const { database } = parse(await readFile(join(root, 'release.yaml'), 'utf8'));
  const read = async (paths: string[]) =>
    Object.fromEntries(
      await Promise.all(paths.map(async (path) => [path, await readFile(join(root, path), 'utf8')] as const)),
    );
  const [{ table, columns, key, references, file }] = database.history;
  const made = testRelease({
    database: 'energy',
    migrations: await read(database.migrations),
    configuration: await read(database.configuration),
    history: [{ table, columns, key, references, file, content: readings(20, 8760), rows: 175_200 }],
  });
  const server = await startPostgres();
  try {
    await server.makeDatabase('energy');
    for (const walk of ['first', 'second']) {
      const { context, recorded, postgres } = dataContext(server, made);
      const started = performance.now();
      for (const step of dataStage.plan({ site: context.site, release: made.release })) {
        const kind = dataStage.steps[step.kind]!;
        const satisfied = (await kind.inspect?.(context, step.input))?.satisfied === true;
        assert.equal(satisfied, walk === 'second' && step.kind !== 'proof', step.id);
        if (!satisfied) await kind.apply?.(context, step.input);
        await kind.verify?.(context, step.input);
      }
      console.log(`${walk} walk: ${Math.round(performance.now() - started)} ms`);
      const failing = recorded.findings.filter((finding) => finding.status !== 'passed');
      assert.deepEqual(
        failing.map((finding) => finding.check),
        walk === 'first' ? [] : ['data.initial-passwords'],
      );
      await postgres.close();
    }
    const client = await server.connect('energy');
    const count = async (name: string) => (await client.query(`select count(*)::int as n from ${name}`)).rows[0].n;
    assert.deepEqual(
      [await count('readings'), await count('meters')],
      [175_200, readConfiguration(made.release, 'configuration/meters.yaml').rows.length],
    );
    // The identifiers of the site's own meters begin where the release said.
    const { rows } = await client.query(
      "insert into meters (code, name, site_code) values ('X', 'x', 'S-01') returning id",
    );
    assert.equal(rows[0].id, 1000);
    await client.end();
  } finally {
    await server.close();
  }
});
