import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCatalogue } from '../../../electron/contract/errors.ts';
import { enUS } from '../../../electron/contract/texts/en-US/index.ts';
import { catalogueHeads } from '../../../electron/engine/checks/catalogue.ts';
import { errorMenders, mendedOn, menders } from '../../../renderer/app/menders.ts';
import { pages } from '../../../renderer/app/pages.ts';

const ids = [...catalogueHeads.keys()];

test('convention 11: no link to a mending page hangs on a check that does not exist', () => {
  const areas = new Set(ids.map((id) => id.split('.')[0]!));
  const catalogued = menders.filter(([start]) => areas.has(start.split('.')[0]!));
  assert.ok(catalogued.length > 10);
  for (const [start] of catalogued)
    assert.ok(
      ids.some((id) => id.startsWith(start)),
      start,
    );
});

test('convention 11: each check of the catalogue leads to another page, or says how it is mended where it stands', () => {
  const stageOf = (id: string) =>
    id.startsWith('inventory.') ? 'inventory' : id.startsWith('dependency.') ? 'dependencies' : 'environment';
  const stuck = ids.filter(
    (check) => mendedOn({ check, stage: stageOf(check) } as never) === undefined && !(`checks.${check}.fix` in enUS),
  );
  assert.deepEqual(stuck, []);
});

test('convention 11: each error that leads to a page stands in the catalogue, and the page exists', () => {
  for (const [code, page] of Object.entries(errorMenders)) {
    assert.ok(code in errorCatalogue, code);
    assert.ok(pages.includes(page), `${code}: ${page}`);
  }
});

test('convention 11: an error that asks for a credential leads to where credentials are entered', () => {
  const asking = (Object.keys(errorCatalogue) as (keyof typeof errorCatalogue)[]).filter(
    (code) => code === 'vault-missing-secret' || enUS[`error.${code}.next`].includes('{credential}'),
  );
  assert.ok(asking.length > 4);
  for (const code of asking) assert.equal(errorMenders[code], 'inventory', code);
});
