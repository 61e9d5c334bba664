import { text, verbatim } from '../../contract/text.ts';
import type { Check, CrossCheck, Reading, Verdict } from './model.ts';

/** Keeps the reading's type inside the check; outside, a check that compares hosts is one of many. */
export function crossCheck<T>(check: CrossCheck<T>): Check {
  return {
    ...check,
    judge: (reading, all) => check.judge(reading as Reading<T>, all as readonly Reading<T>[]),
  };
}

/** Failed when another host has the same value. */
export function judgeUnique({ subject, value }: Reading<string>, all: readonly Reading<string>[]): Verdict {
  const twins = all
    .filter((one) => one.value === value && one.subject.host.name !== subject.host.name)
    .map((one) => one.subject.host.name);
  if (twins.length === 0) return { status: 'passed', actual: verbatim(value) };
  return { status: 'failed', actual: text('checks.actual.shared', { value, hosts: twins.join(', ') }) };
}

/** Warning for a host whose value is not the one that most hosts have. */
export function judgeEqual(
  { subject, value }: Reading<string | number>,
  all: readonly Reading<string | number>[],
): Verdict {
  const counts = new Map<string | number, number>();
  for (const one of all) counts.set(one.value, (counts.get(one.value) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const common = [...counts].filter(([, count]) => count === most).map(([one]) => one);
  // Without a majority nobody is right: every host is told of the others.
  const usual = common.length === 1 && common[0] === value;
  if (counts.size === 1 || usual) return { status: 'passed', actual: verbatim(value) };
  const others = all.filter((one) => one.subject.host.name !== subject.host.name && one.value !== value);
  const words = others.map((one) => `${one.subject.host.name}: ${one.value}`).join(', ');
  return { status: 'warning', actual: text('checks.actual.differs', { value, others: words }) };
}
