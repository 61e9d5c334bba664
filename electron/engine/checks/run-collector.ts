import { randomBytes } from 'node:crypto';
import type { RemoteHost } from '../drivers/ssh/host.ts';
import { parseCollected } from './collect.ts';
import type { Collected } from './facts.ts';

/** Longest raw answer that is kept as evidence, characters. */
const rawCap = 1_000_000;

/**
 * Runs the collector on a host and reads its answer. `raw` is what came back, for evidence.
 * Errors: those of the SSH driver; whatever the script itself could not tell is in the facts.
 */
export async function runCollector(
  context: { readonly signal: AbortSignal },
  host: RemoteHost,
  args: readonly string[],
): Promise<{ readonly facts: Collected; readonly raw: string; readonly code: number }> {
  const marker = `sitewright-${randomBytes(16).toString('hex')}`;
  const sentAt = Date.now();
  // A section may be silent for its whole time limit, and several may be so in a row on a sick host.
  const result = await host.script('collect.sh', [marker, ...args], { signal: context.signal, stallMs: 60_000 });
  const facts = parseCollected(marker, result, { sentAt, receivedAt: Date.now() });
  return { facts, raw: result.stdout.slice(0, rawCap), code: result.code };
}
