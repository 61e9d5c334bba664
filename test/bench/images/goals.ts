import type { Goal } from '../figures.ts';

/** The median of a tool in a case; undefined where it was not measured. */
export type MedianOf = (name: string, tool: string) => number | undefined;

type Bound = { readonly case: string; readonly most: number; readonly unit: string };
type RatioBound = { readonly place: string; readonly skopeo: number; readonly crane: number };

/** What a cold push may take of the others' time. */
const ratios: readonly RatioBound[] = [
  { place: '2.8.2, HTTP', skopeo: 0.67, crane: 0.67 },
  { place: '2.8.2, TLS', skopeo: 0.6, crane: 0.5 },
  { place: '3.1, HTTP', skopeo: 0.4, crane: 0.7 },
];

const bounds: readonly Bound[] = [
  { case: 'unchanged again inside a running program, s, 2.8.2, HTTP', most: 0.05, unit: 's' },
  { case: 'unchanged again inside a running program, s, 3.1, HTTP', most: 0.05, unit: 's' },
  { case: 'client CPU per GB, s, 2.8.2, HTTP', most: 1, unit: 's' },
  { case: 'client CPU per GB, s, 3.1, HTTP', most: 1, unit: 's' },
  { case: 'peak memory, MiB, 2.8.2, TLS', most: 200, unit: 'MiB' },
  { case: 'peak memory, MiB, 3.1, TLS', most: 200, unit: 'MiB' },
  { case: 'killed inside a layer of 424 MB: sent again, MB, 3.1, HTTP', most: 16.8, unit: 'MB' },
];

/** What a push is held to, as far as it was measured. */
export function goalsOf(ours: string, medianOf: MedianOf): readonly Goal[] {
  const compared = ratios.flatMap(({ place, ...most }) =>
    (['skopeo', 'crane'] as const).flatMap((peer): Goal[] => {
      const name = `cold push, s, ${place}`;
      const [own, theirs] = [medianOf(name, ours), medianOf(name, peer)];
      if (own === undefined || theirs === undefined) return [];
      const found = own / theirs;
      return [
        {
          what: `cold push, ${place}, of ${peer}'s time`,
          goal: `≤ ${most[peer].toFixed(2)}`,
          found: found.toFixed(2),
          met: found <= most[peer],
        },
      ];
    }),
  );
  const alone = bounds.flatMap(({ case: name, most, unit }): Goal[] => {
    const own = medianOf(name, ours);
    if (own === undefined) return [];
    const what = name.replace(`, ${unit},`, ',');
    return [{ what, goal: `≤ ${most} ${unit}`, found: `${own.toFixed(own < 10 ? 2 : 0)} ${unit}`, met: own <= most }];
  });
  return [...compared, ...alone];
}
