import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCollected } from '../../../electron/engine/checks/collect.ts';

const exchange = { sentAt: 1_767_225_600_000, receivedAt: 1_767_225_600_400 };
const parse = (stdout: string, stderr = '') => parseCollected('M4RK', { stdout, stderr }, exchange);
const section = (name: string, body: string, code = 0) =>
  `\nM4RK begin ${name}\n${body}\nM4RK end ${name} ${code} 20\n`;

describe('reading the collector', () => {
  it('takes sections, codes, times and errors apart', () => {
    const facts = parse(
      `\nM4RK start 1767225600.100000000\n${section('arch', 'x86_64\n')}${section('iptables', '', 127)}\nM4RK finish 1767225600.300000000\n`,
      '\nM4RK begin arch\n\nM4RK begin iptables\nsh: iptables: not found\n',
    );
    assert.deepEqual(facts.sections.arch, {
      code: 0,
      milliseconds: 20,
      stdout: 'x86_64\n',
      stderr: '',
      state: 'complete',
      truncated: false,
    });
    assert.equal(facts.sections.iptables?.code, 127);
    assert.equal(facts.sections.iptables?.stderr, 'sh: iptables: not found');
    assert.equal(facts.complete, true);
    assert.equal(facts.noise, '');
  });

  it('measures the clock without the run time of the script', () => {
    const facts = parse('\nM4RK start 1767225605.100000000\n\nM4RK finish 1767225605.300000000\n');
    assert.deepEqual(facts.clock, { offsetMs: 5000, uncertaintyMs: 100 });
  });

  it('doubts a clock without fractions by a second', () => {
    const facts = parse('\nM4RK start 1767225605.%N\n\nM4RK finish 1767225605.%N\n');
    assert.ok(facts.clock!.uncertaintyMs >= 1000);
  });

  it('keeps banner noise apart, in front and between', () => {
    const facts = parse(
      `Welcome!\nM4RK of the beast\n\nM4RK start 1767225600.1\n\nlate noise\n${section('arch', 'x86_64\n')}`,
    );
    assert.equal(facts.noise, 'Welcome!\nM4RK of the beast');
    assert.equal(facts.sections.arch?.stdout, 'x86_64\n');
  });

  it('calls a section cut when its end is missing, broken or another one', () => {
    assert.equal(parse('\nM4RK begin arch\nx86').sections.arch?.state, 'cut');
    assert.equal(parse('\nM4RK begin arch\nx86\nM4RK end arch 0').sections.arch?.state, 'cut');
    assert.equal(parse('\nM4RK begin arch\nx86\nM4RK end kernel 0 1\n').sections.arch?.state, 'cut');
    const facts = parse('\nM4RK begin arch\nx86\nM4RK begin kernel\n6.1\n\nM4RK end kernel 0 1\n');
    assert.equal(facts.sections.arch?.state, 'cut');
    assert.equal(facts.sections.kernel?.state, 'complete');
    assert.equal(facts.complete, false);
    assert.equal(facts.clock, null);
  });

  it('calls code 124 out of time', () => {
    assert.equal(parse(section('mounts', '', 124)).sections.mounts?.state, 'timeout');
  });

  it('is not fooled by a marker inside a line or by an end that repeats', () => {
    const facts = parse(section('log', 'x M4RK end log 0 1\nreal\n') + section('log', 'second\n'));
    assert.equal(facts.sections.log?.stdout, 'x M4RK end log 0 1\nreal\n');
  });

  it('survives binary and huge output', () => {
    const facts = parse(section('cpu', `\u0000\u001b[31mred\u0007\n`) + section('mounts', 'x'.repeat(200_000)));
    assert.equal(facts.sections.cpu?.stdout, '[31mred\n');
    assert.equal(facts.sections.mounts?.stdout.length, 65536);
    assert.equal(facts.sections.mounts?.truncated, true);
  });

  it('reads nothing out of nothing', () => {
    for (const words of ['', 'M4RK', 'M4RK ', '\n\n', 'sh: not found', 'M4RK begin']) {
      assert.deepEqual(parse(words).sections, {});
    }
  });
});
