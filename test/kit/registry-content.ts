import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What a real registry holds in all its repositories, by its folder: `repository@digest` of layers and manifests,
 * `repository:tag`, and `repository?upload` for each upload that is open. In order of the alphabet.
 */
export function registryContent(folder: string): readonly string[] {
  const root = join(folder, 'data', 'docker/registry/v2/repositories');
  if (!existsSync(root)) return [];
  const found = readdirSync(root, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const stored = /^(.+)\/(?:_layers|_manifests\/revisions)\/sha256\/([0-9a-f]+)\/link$/.exec(name);
    if (stored !== null) return [`${stored[1]}@sha256:${stored[2]}`];
    const tag = /^(.+)\/_manifests\/tags\/([^/]+)\/current\/link$/.exec(name);
    if (tag !== null) return [`${tag[1]}:${tag[2]}`];
    const upload = /^(.+)\/_uploads\/[^/]+\/startedat$/.exec(name);
    return upload === null ? [] : [`${upload[1]}?upload`];
  });
  return found.sort();
}
