/** An image reference taken apart; at least one of tag and digest is set. */
export type ImageReference = {
  /** Host and port of the registry. */
  readonly host: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
};

/** Reads `host:port/repository[:tag][@digest]`; undefined when it is not a reference. Without a host it means docker.io. */
export function parseReference(words: string): ImageReference | undefined {
  const match = /^([^@\s]+?)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(words);
  const name = match?.[1];
  if (name === undefined) return undefined;
  const [first = '', ...rest] = name.split('/');
  const named = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const host = named ? first : 'docker.io';
  const repository = named ? rest.join('/') : rest.length > 0 ? name : `library/${name}`;
  if (!/^[a-z0-9]+([._/-]+[a-z0-9]+)*$/.test(repository)) return undefined;
  const digest = match?.[3];
  const tag = match?.[2] ?? (digest === undefined ? 'latest' : undefined);
  return { host, repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}
