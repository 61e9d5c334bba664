import { byCodePoint } from '../canonical.ts';

type Component = {
  readonly type: string;
  readonly licenses?: readonly { readonly expression?: string; readonly license?: { id?: string; name?: string } }[];
};

/** The licences that a CycloneDX document states, with the number of packages and programs; those without one stand under empty words. */
export function licencesIn(sbom: string): { readonly licence: string; readonly packages: number }[] {
  const { components } = JSON.parse(sbom) as { components: readonly Component[] };
  const counts = new Map<string, number>();
  for (const { type, licenses = [] } of components) {
    if (type === 'container') continue;
    const words = licenses.map(({ expression, license }) => expression ?? license?.id ?? license?.name ?? '');
    for (const licence of words.length === 0 ? [''] : words) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  }
  return [...counts]
    .map(([licence, packages]) => ({ licence, packages }))
    .sort((a, b) => byCodePoint(a.licence, b.licence));
}
