const pattern = /^([a-z0-9]+(?:[._/-]+[a-z0-9]+)*):([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$/;

/** `energy/api:4.2.0` as repository and tag; undefined where it is not of that form. */
export function splitReference(reference: string): { readonly repository: string; readonly tag: string } | undefined {
  const [, repository, tag] = pattern.exec(reference) ?? [];
  return repository === undefined || tag === undefined ? undefined : { repository, tag };
}

/** A full image name without the registry that it came from: `registry.example:5000/energy/api:1` is `energy/api:1`. */
export function withoutRegistry(name: string): string {
  const [first = '', ...rest] = name.split('/');
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? rest.join('/') : name;
}
