import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { text } from '../../../contract/text.ts';
import { connectRegistry } from '../../drivers/registry/connect.ts';
import { invalid } from '../source/place.ts';
import type { ImageStore } from './store.ts';

/** How an image of a registry is written: `https://registry.example:5000/energy/api:4.2.0`, or with `@sha256:...`. */
const pattern =
  /^(https?:\/\/[^/@]+)\/([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::([\w][\w.-]{0,127})|@(sha(?:256|512):[0-9a-f]+))$/;

export const isRemoteImage = (source: string): boolean => /^https?:\/\//.test(source);

/** The address as it may be shown: somebody may have written a password into it. */
export const withoutAccount = (source: string): string => source.replace(/\/\/.*@(?!sha\d)/, '//');

/** What the machine of the build trusts and knows. */
export type RemoteOptions = {
  /** PEM certificates to trust besides the public ones. */
  readonly authorities: readonly string[];
};

/**
 * One image of a registry. Signs in by what `docker login` (or podman, skopeo) keeps on the machine of the build, if anything.
 * Errors: release-invalid, registry-*.
 */
export async function openRemote(source: string, place: string, options: RemoteOptions): Promise<ImageStore> {
  const [, url, repository, tag, wanted] = pattern.exec(source) ?? [];
  if (url === undefined || repository === undefined)
    throw invalid(place, text('bundle.problem.remote', { source: withoutAccount(source) }));
  const { user, password } = await storedAccount(new URL(url).host);
  const registry = connectRegistry({
    endpoint: { url, prefix: '', user, credential: 'docker config.json' },
    password: () => password,
    authorities: options.authorities,
  });
  try {
    const found = await registry.getManifest(repository, wanted ?? tag ?? '');
    if (found === undefined) throw invalid(place, text('bundle.problem.no-such-image', { image: source }));
    const { digest, mediaType, content } = found;
    const descriptor = { digest: wanted ?? digest, mediaType, size: content.length };
    return {
      images: [{ names: tag === undefined ? [] : [`${repository}:${tag}`], descriptor }],
      document: async (asked) =>
        asked.digest === descriptor.digest ? content : (await registry.getManifest(repository, asked.digest))?.content,
      size: (asked) => registry.headBlob(repository, asked.digest),
      open: (asked) =>
        Readable.from(
          (async function* () {
            yield* (await registry.getBlob(repository, asked.digest)) as AsyncIterable<Buffer>;
          })(),
          { objectMode: false, highWaterMark: 1024 * 1024 },
        ),
      close: registry.close,
    };
  } catch (error) {
    await registry.close();
    throw error;
  }
}

const accountsSchema = z.looseObject({ auths: z.record(z.string(), z.looseObject({ auth: z.string().optional() })) });

/** The account that this machine's container tools keep for a registry; empty where there is none. */
async function storedAccount(host: string): Promise<{ readonly user: string; readonly password: string }> {
  const file =
    process.env.REGISTRY_AUTH_FILE ?? join(process.env.DOCKER_CONFIG ?? join(homedir(), '.docker'), 'config.json');
  try {
    const { auths } = accountsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    const auth = (auths[host] ?? auths[`https://${host}`] ?? auths[`https://${host}/v1/`])?.auth ?? '';
    const words = Buffer.from(auth, 'base64').toString('utf8');
    const at = words.indexOf(':');
    return at < 0 ? { user: '', password: '' } : { user: words.slice(0, at), password: words.slice(at + 1) };
  } catch {
    return { user: '', password: '' };
  }
}
