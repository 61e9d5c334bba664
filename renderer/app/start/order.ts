import { isResumable } from '../../../electron/contract/views.ts';
import type { SiteSummary } from '../../state/store.ts';

/** What wants someone first: running, then unfinished, then the rest; the newest run before older ones. */
export function inOrder(sites: readonly SiteSummary[]): readonly SiteSummary[] {
  const rank = ({ lastRun }: SiteSummary) =>
    lastRun === undefined ? 2 : lastRun.state === 'running' ? 0 : isResumable(lastRun) ? 1 : 2;
  const began = ({ lastRun }: SiteSummary) => lastRun?.startedAt ?? '';
  return [...sites].sort(
    (one, other) =>
      rank(one) - rank(other) || began(other).localeCompare(began(one)) || one.name.localeCompare(other.name),
  );
}
