import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '../../../electron/contract/text.ts';
import {
  type InventoryFormat,
  inventoryError,
  inventoryExample,
  readInventory,
} from '../../../electron/engine/site/inventory.ts';
import { type Cell, workbook } from './workbook.ts';

const header = 'name,address,port,user,credential,roles,become';
const good = 'app-01,10.0.0.1,22,root,ssh,worker,root';

const read = (content: string | Buffer, format: InventoryFormat = 'csv') => readInventory(Buffer.from(content), format);

/** Problems as `row column key`. */
async function problemsOf(content: string | Buffer, format: InventoryFormat = 'csv'): Promise<readonly string[]> {
  const { hosts, problems } = await read(content, format);
  if (problems.length > 0) assert.deepEqual(hosts, [], 'nothing is taken of a table that has an error');
  return problems.map(({ row, column, problem }) => {
    for (const locale of ['zh-CN', 'en-US'] as const) assert.doesNotMatch(say(locale, problem), /\{\w+\}|^run\./);
    return `${row} ${column} ${'key' in problem ? problem.key.replace('run.inventory.', '') : ''}`.trim();
  });
}

test('the example can be imported', async () => {
  const { hosts, problems } = await read(inventoryExample);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    hosts.map(({ name, port, roles, become }) => [name, port, roles, become]),
    [
      ['app-01', 22, ['control-plane', 'worker'], 'root'],
      ['app-02', 22, ['worker'], 'sudo-password'],
      ['data-01', 22, ['database', 'registry', 'monitoring'], 'root'],
    ],
  );
});

test('csv as spreadsheets write it: BOM, CRLF, quotes, capitals in the header, empty lines and columns at the end', async () => {
  const { hosts, problems } = await read(
    `\ufeffName,Address,User,Credential,Roles,,\r\n"app-01"," 10.0.0.1 ",root,ssh,"worker, database",,\r\n\r\n,,,,,,\r\n`,
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(hosts[0], {
    name: 'app-01',
    address: '10.0.0.1',
    port: 22,
    user: 'root',
    credential: 'ssh',
    roles: ['worker', 'database'],
    become: 'root',
  });
});

test('each wrong cell is named with row and column, all at once', async () => {
  const rows = [
    'App_01,10.0.0.1,22,root,ssh,worker,root',
    'app-02,,70000,root,ssh,worker,root',
    'app-03,10.0.0.3,22,,,master,doas',
    '',
    'app-04,not an address,x,root,ssh,,root',
  ];
  assert.deepEqual(await problemsOf([header, ...rows].join('\n')), [
    '2 name name',
    '3 address empty',
    '3 port port',
    '4 user empty',
    '4 credential empty',
    '4 roles roles',
    '4 become become',
    '6 address address',
    '6 port port',
    '6 roles empty',
  ]);
});

test('addresses and ports that only look right', async () => {
  const host = (address: string, port = '22') => `${header}\napp-01,${address},${port},root,ssh,worker,root`;
  for (const address of ['10.0.0.1', 'host.site.internal', 'h', 'fe80::1', '2001:db8::7'])
    assert.deepEqual(await problemsOf(host(address)), [], address);
  for (const address of [
    'http://10.0.0.1',
    '10.0.0.1:22',
    '10.0.0.256',
    '10.0.0',
    'a b',
    'under_score',
    '-a',
    'a..b',
  ]) {
    assert.deepEqual(await problemsOf(host(address)), ['2 address address'], address);
  }
  for (const port of ['0', '65536', '22.5', '0x16', '1e3', '-1', 'ssh'])
    assert.deepEqual(await problemsOf(host('10.0.0.1', port)), ['2 port port'], port);
});

test('doubles are named with the row where the first stands', async () => {
  const rows = [
    good,
    'app-01,10.0.0.2,22,root,ssh,worker,root',
    'app-03,10.0.0.1,,root,ssh,worker,root',
    'app-04,10.0.0.1,2222,root,ssh,worker,root',
  ];
  const { problems } = await read([header, ...rows].join('\n'));
  assert.deepEqual(
    problems.map(({ row, column, value, problem }) => [row, column, value, say('en-US', problem)]),
    [
      [3, 'name', 'app-01', 'is already used in row 2'],
      [4, 'address', '10.0.0.1', 'is already used in row 2'],
    ],
    'the same address with another port is another host',
  );
});

test('columns: unknown, missing, twice, and cells beyond the last one', async () => {
  assert.deepEqual(await problemsOf(`${header},rack\n${good},7\n${good.replaceAll('1', '2')},8`), [
    '1 rack unknown-column',
  ]);
  assert.deepEqual(await problemsOf('name,address,user\na,b,c'), [
    '1 credential missing-column',
    '1 roles missing-column',
  ]);
  assert.deepEqual(await problemsOf(`${header},name\n${good},app-09`), ['1 name double']);
  // An unquoted comma between roles moves everything behind it.
  assert.deepEqual(await problemsOf(`${header}\napp-01,10.0.0.1,22,root,ssh,worker,database,root`), [
    '2 8 unknown-column',
    '2 become become',
  ]);
});

test('nothing, no rows, or not a table at all', async () => {
  assert.deepEqual(await problemsOf(header), ['1 name no-rows']);
  assert.equal((await problemsOf('')).length, 5);
  assert.deepEqual(await problemsOf(`${header}\n"open`), ['1  unreadable']);
  assert.deepEqual(await problemsOf('not a zip', 'xlsx'), ['1  unreadable']);
  assert.deepEqual(await problemsOf('a: [', 'yaml'), ['1  unreadable']);
  assert.deepEqual(await problemsOf('', 'yaml'), ['1 hosts missing-column']);
  assert.deepEqual(await problemsOf('hosts: 3', 'yaml'), ['1 hosts missing-column']);
  assert.deepEqual(await problemsOf('hosts: []', 'yaml'), ['1 name no-rows']);
});

test('yaml: a list of hosts, with or without its name', async () => {
  const host =
    '- { name: app-01, address: 10.0.0.1, port: 2222, user: root, credential: ssh, roles: [worker, database] }';
  for (const content of [`hosts:\n  ${host}`, host, `\ufeff${host}`]) {
    const { hosts, problems } = await read(content, 'yaml');
    assert.deepEqual(problems, []);
    assert.deepEqual([hosts[0]!.port, hosts[0]!.roles], [2222, ['worker', 'database']]);
  }
  assert.deepEqual(
    await problemsOf(
      '- { name: a, user: root, credential: ssh, roles: worker }\n- { name: b, user: root, credential: ssh, roles: worker, rack: 1 }',
      'yaml',
    ),
    ['1 address empty', '2 rack unknown-column', '2 address empty'],
  );
  assert.deepEqual(await problemsOf('- app-01\n-', 'yaml').then((all) => all.length > 0), true);
});

test('xlsx: numbers as numbers, gaps, and rows counted as the spreadsheet does', async () => {
  const columns: readonly Cell[] = ['name', 'address', 'port', 'user', 'credential', 'roles', 'become'];
  const { hosts, problems } = await read(
    workbook([
      columns,
      ['app-01', '10.0.0.1', 2222, 'root', 'ssh', 'worker', undefined],
      undefined,
      ['密码', 'h', 22, 'root & co', 'ssh', 'worker'],
    ]),
    'xlsx',
  );
  assert.deepEqual(hosts, []);
  assert.deepEqual(
    problems.map(({ row, column, value }) => [row, column, value]),
    [
      [4, 'name', '密码'],
      [4, 'user', 'root & co'],
    ],
  );
  const right = await read(
    workbook([columns, ['app-01', '10.0.0.1', 2222, 'root', 'ssh', 'control-plane worker', 'sudo']]),
    'xlsx',
  );
  assert.deepEqual(right.problems, []);
  assert.deepEqual(right.hosts[0], {
    name: 'app-01',
    address: '10.0.0.1',
    port: 2222,
    user: 'root',
    credential: 'ssh',
    roles: ['control-plane', 'worker'],
    become: 'sudo',
  });
  assert.deepEqual(
    await problemsOf(workbook([undefined, undefined, columns, ['app-01', '', 22, 'root', 'ssh', 'worker']]), 'xlsx'),
    ['4 address empty'],
    'a title or nothing above the table',
  );
});

test('all problems as one error, in both languages', async () => {
  const { problems } = await read(`${header}\nA,10.0.0.1,22,root,ssh,worker,root\nb,10.0.0.2,x,root,ssh,worker,root`);
  const view = inventoryError(problems).view();
  assert.match(say('en-US', view.message), /row 2, column name, "A".*row 3, column port, "x"/);
  assert.match(say('zh-CN', view.message), /第 2 行 name 列“A”.*第 3 行 port 列“x”/);
});
