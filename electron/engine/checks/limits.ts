import type { Host, HostRole } from '../../contract/site.ts';
import { type Text, text, verbatim } from '../../contract/text.ts';
import type { CheckHead, HostCheck, HostSubject, Limit, Limits } from './model.ts';

type Direction = 'at-least' | 'at-most';

/** How a figure is shown; figures are in the check's own unit. */
export type Unit = 'cores' | 'GiB' | 'ms' | 'seconds' | 'percent' | 'count' | 'perCore';

/** A figure with its unit, in words. */
export function quantity(value: number, unit: Unit): Text {
  const figure = String(Number(value.toFixed(value < 10 ? 2 : 1)));
  switch (unit) {
    case 'cores':
      return text('checks.unit.cores', { value: figure });
    case 'seconds':
      return text('checks.unit.seconds', { value: figure });
    case 'perCore':
      return text('checks.unit.per-core', { value: figure });
    case 'percent':
      return verbatim(`${figure}%`);
    case 'count':
      return verbatim(figure);
    default:
      return verbatim(`${figure} ${unit}`);
  }
}

/** Both limits in words: minimum and recommended. */
export function expectation(direction: Direction, limits: Limit, unit: Unit): Text {
  const { minimum, recommended } = limits;
  const bound = direction === 'at-least' ? 'checks.expected.at-least' : 'checks.expected.at-most';
  if (minimum === undefined && recommended === undefined) return text('checks.expected.none');
  if (minimum === undefined)
    return text('checks.expected.recommended', { bound: text(bound, { value: quantity(recommended ?? 0, unit) }) });
  if (recommended === undefined || recommended === minimum) return text(bound, { value: quantity(minimum, unit) });
  return text('checks.expected.both', {
    bound: text(bound, { value: quantity(minimum, unit) }),
    recommended: quantity(recommended, unit),
  });
}

/** `allowance` is the share by which a figure may miss a limit, e.g. 0.07 for memory that firmware keeps. */
export function compare(
  direction: Direction,
  value: number,
  limits: Limit,
  allowance = 0,
): 'passed' | 'warning' | 'failed' {
  const misses = (limit: number | undefined): boolean => {
    if (limit === undefined) return false;
    return direction === 'at-least' ? value < limit * (1 - allowance) : value > limit * (1 + allowance);
  };
  return misses(limits.minimum) ? 'failed' : misses(limits.recommended) ? 'warning' : 'passed';
}

/** The limits that hold for a host: the strictest among those of its roles, else the general ones. */
export function limitsFor(limits: Limits, direction: Direction, host: Pick<Host, 'roles'>): Limit {
  const own = host.roles.map((role: HostRole) => limits.roles?.[role]).filter((limit) => limit !== undefined);
  if (own.length === 0) return { minimum: limits.minimum, recommended: limits.recommended };
  const strictest = (values: readonly (number | undefined)[]): number | undefined => {
    const given = values.filter((value) => value !== undefined);
    if (given.length === 0) return undefined;
    return direction === 'at-least' ? Math.max(...given) : Math.min(...given);
  };
  return {
    minimum: strictest(own.map((limit) => limit.minimum ?? limits.minimum)),
    recommended: strictest(own.map((limit) => limit.recommended ?? limits.recommended)),
  };
}

type NumericCheck = Omit<HostCheck, 'scope' | 'expected' | 'judge'> & {
  readonly limits: NonNullable<CheckHead['limits']>;
  readonly unit: Unit;
  readonly allowance?: number;
  /** The figure in the check's unit. */
  readonly measure: (subject: HostSubject) => number;
  /** More words beside the figure, e.g. which folder it was. */
  readonly about?: (subject: HostSubject) => Text;
};

/** A check of one figure against a minimum and a recommended limit. */
export function numericCheck(check: NumericCheck): HostCheck {
  const { unit, allowance, measure, about, ...head } = check;
  return {
    ...head,
    scope: 'host',
    expected: ({ limits }) => expectation(check.limits.direction, limits, unit),
    judge: (subject) => {
      const value = measure(subject);
      const figure = quantity(value, unit);
      return {
        status: compare(check.limits.direction, value, subject.limits, allowance),
        actual: about === undefined ? figure : text('checks.actual.about', { figure, about: about(subject) }),
      };
    },
  };
}
