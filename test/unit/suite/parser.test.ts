import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import { say, type Text } from '../../../electron/contract/text.ts';
import { suiteJsonSchema } from '../../../electron/engine/suite/json-schema.ts';
import { parseSuite } from '../../../electron/engine/suite/parser.ts';
import { suiteLoads, suiteSeconds, suiteWrites } from '../../../electron/engine/suite/writes.ts';

const bundles = fileURLToPath(new URL('../../../bundles/', import.meta.url));
const good = `format: 1
id: sample
title: { zh-CN: 样例, en-US: Sample }
category: function
service: api
cases:
  - id: sample.one
    title: { zh-CN: 一, en-US: One }
    clause: '11.2'
    mustPass: true
    steps:
      - use: http
        with: { path: /healthz }
        expect: { status: 200 }
`;

/** Line, column and words of the refusal of a changed sample. */
function refused(from: string | RegExp, to: string): { line: number; column: number; problem: string } {
  const content = good.replace(from, to);
  assert.notEqual(content, good, 'the change changed nothing');
  try {
    parseSuite('sample.yaml', content);
  } catch (error) {
    assert.ok(error instanceof SitewrightError && error.code === 'suite-invalid', String(error));
    assert.equal(error.params.file, 'sample.yaml');
    const problem = error.params.problem as Text;
    return { line: Number(error.params.line), column: Number(error.params.column), problem: say('en-US', problem) };
  }
  return assert.fail('was accepted');
}

test('a good suite is read, with its defaults', () => {
  const suite = parseSuite('sample.yaml', good);
  assert.deepEqual([suite.cases[0]!.otherwise, suite.cases[0]!.cleanup, suite.setup], ['failed', [], []]);
});

test('unknown and doubled keys are refused at their place', () => {
  assert.deepEqual(refused('    mustPass', '    mustpass'), {
    line: 10,
    column: 5,
    problem: 'the key "mustpass" is unknown',
  });
  assert.deepEqual(refused('path: /healthz', 'path: /healthz, paht: /x'), {
    line: 13,
    column: 33,
    problem: 'the key "paht" is unknown',
  });
  assert.deepEqual(refused("    clause: '11.2'", "    clause: '11.2'\n    clause: '11.3'"), {
    line: 10,
    column: 5,
    problem: 'the key occurs twice',
  });
  assert.equal(refused('status: 200', 'stauts: 200').problem, 'the key "stauts" is unknown');
});

test('a step that asserts nothing is refused', () => {
  for (const nothing of [
    '',
    '        expect: {}\n',
    '        expect: { json: [{ path: $.a }] }\n',
    '        expect: { headers: { server: {} } }\n',
  ]) {
    const { line, problem } = refused('        expect: { status: 200 }\n', nothing);
    assert.equal(problem, 'the step asserts nothing');
    assert.ok(line >= 12 && line <= 14, `line ${line}`);
  }
});

test('wrong values, kinds and ids are refused', () => {
  assert.equal(refused('use: http', 'use: htp').line, 12);
  assert.equal(refused('id: sample.one', 'id: Sample One').line, 7);
  assert.match(refused('status: 200', 'status: 200, duration: { maximum: soon }').problem, /maximum: a duration/);
  const doubled = refused('cases:\n', `cases:\n${good.slice(good.indexOf('  - id'))}`);
  assert.deepEqual([doubled.line, doubled.problem], [15, 'the case id "sample.one" occurs twice']);
});

test('a variable that nothing fills is refused, a captured one is not', () => {
  assert.deepEqual(refused('path: /healthz', "path: '/x/${meter}'"), {
    line: 13,
    column: 17,
    problem: 'nothing fills the variable "meter"',
  });
  const captured = good.replace(
    'expect: { status: 200 }\n',
    "capture: { meter: { json: $.id } }\n        expect: { status: 200 }\n      - use: http\n        with: { path: '/x/${meter}/${run.tag}' }\n        expect: { status: 200 }\n",
  );
  assert.equal(parseSuite('sample.yaml', captured).cases[0]!.steps.length, 2);
  assert.match(refused('status: 200', "status: '${each.status}'").problem, /each\.status/);
});

test('what writes says what; a load keeps to the limits of its suite', () => {
  assert.match(refused('path: /healthz', 'path: /x, method: POST').problem, /"writes"/);
  const load =
    'use: load\n        with: { path: /x, rate: 100, seconds: 10, connections: 4 }\n        expect: { p95: { maximum: 1s } }';
  const step = /use: http[\s\S]*/;
  assert.match(refused(step, load).problem, /needs the limits/);
  const limited = (limits: string) => good.replace('cases:', `limits: ${limits}\ncases:`).replace(step, load);
  const suite = parseSuite('sample.yaml', limited('{ rate: 100, seconds: 11, connections: 4 }'));
  assert.deepEqual(suiteLoads(suite), [{ method: 'GET', path: '/x', rate: 100, seconds: 11 }]);
  assert.throws(
    () => parseSuite('s', limited('{ rate: 99, seconds: 11, connections: 4 }')),
    /rate 100 exceeds the limit 99/,
  );
  assert.throws(
    () => parseSuite('s', limited('{ rate: 100, seconds: 10, connections: 4 }')),
    /seconds 11 exceeds the limit 10/,
  );
});

test('the suites of the sample release are valid, short, and judged alike by the schema for editors', async () => {
  const schema = await readFile(`${bundles}schema/suite.schema.json`, 'utf8');
  assert.equal(
    schema,
    suiteJsonSchema(),
    'bundles/schema/suite.schema.json is not the one that suiteJsonSchema() gives',
  );
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(schema) as object);
  const cases: Record<string, number> = {};
  let seconds = 0;
  for (const name of await readdir(`${bundles}energy/suites`)) {
    const content = await readFile(`${bundles}energy/suites/${name}`, 'utf8');
    const suite = parseSuite(name, content);
    cases[suite.category] = suite.cases.length;
    seconds += suiteLoads(suite).reduce((sum, one) => sum + one.seconds, 0);
    assert.ok(suiteSeconds(suite) > 0);
    if (suite.category === 'function') assert.ok(suiteWrites(suite).length >= 3);
    assert.ok(validate(parse(content)), `${name}: ${JSON.stringify(validate.errors?.[0])}`);
  }
  assert.equal(validate(parse(good.replace('mustPass', 'mustpass'))), false);
  assert.equal(validate(parse(good.replace('        expect: { status: 200 }\n', ''))), false);
  assert.ok(
    cases.health! >= 4 && cases.function! >= 8 && cases.performance! >= 2 && cases.security! >= 14,
    JSON.stringify(cases),
  );
  assert.ok(seconds < 12, `${seconds} s of load`);
});
