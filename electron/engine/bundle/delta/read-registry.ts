import { z } from 'zod';
import type { RegistryClient } from '../../drivers/registry/client.ts';
import { createPace } from '../../images/pace.ts';
import { patientQuestions, type Questions, questionsAtOnce } from '../../images/patient.ts';
import { byCodePoint } from '../canonical.ts';
import { hasDigest } from '../digest.ts';
import type { SiteInventory } from './inventory.ts';

const documentSchema = z.looseObject({
  manifests: z.array(z.looseObject({ digest: z.string(), mediaType: z.string() })).optional(),
  config: z.looseObject({ digest: z.string(), size: z.number() }).optional(),
  layers: z.array(z.looseObject({ digest: z.string(), size: z.number() })).optional(),
});
type Repository = SiteInventory['repositories'][number];

/**
 * Reads what a registry holds of these repositories: every manifest is fetched and compared with its digest, every blob is asked for
 * and counts only with its right size. Errors: registry-*, cancelled.
 */
export async function readHeldContent(
  registry: RegistryClient,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<readonly Repository[]> {
  const ask = patientQuestions(registry, signal);
  const repositories: Repository[] = [];
  for (const name of [...new Set(names)].sort(byCodePoint))
    repositories.push(await readRepository(ask, registry.repository(name), name));
  return repositories;
}

async function readRepository(ask: Questions, repository: string, name: string): Promise<Repository> {
  const tags: { tag: string; digest: string }[] = [];
  const manifests = new Map<string, number>();
  const named = new Map<string, number>();

  const visit = async (reference: string): Promise<string | undefined> => {
    if (manifests.has(reference)) return reference;
    const found = await ask.getManifest(repository, reference);
    const digest = reference.includes(':') ? reference : found?.digest;
    if (found === undefined || digest === undefined || !hasDigest(found.content, digest)) return undefined;
    manifests.set(digest, found.content.length);
    const document = documentSchema.safeParse(JSON.parse(found.content.toString('utf8'))).data;
    for (const child of document?.manifests ?? []) await visit(child.digest);
    for (const blob of [...(document?.layers ?? []), ...(document?.config ? [document.config] : [])])
      named.set(blob.digest, blob.size);
    return digest;
  };
  for (const tag of [...(await ask.tags(repository))].sort(byCodePoint)) {
    const digest = await visit(tag);
    if (digest !== undefined) tags.push({ tag, digest });
  }
  const held = new Map<string, number>();
  await createPace(questionsAtOnce).each([...named], async ([digest, size]) => {
    if ((await ask.headBlob(repository, digest)) === size) held.set(digest, size);
  });
  return { name, tags, manifests: listed(manifests), blobs: listed(held) };
}

function listed(content: ReadonlyMap<string, number>): { digest: string; size: number }[] {
  return [...content].map(([digest, size]) => ({ digest, size })).sort((a, b) => byCodePoint(a.digest, b.digest));
}
