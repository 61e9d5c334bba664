import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';

/** Contexts kept; a site has one or two states of trust. */
const kept = 8;
const contexts = new Map<string, SecureContext>();

/**
 * TLS trust in the given authorities and the system's, made once per set of authorities: parsing the system's list for
 * every connection costs milliseconds and a megabyte each time.
 */
export function trusting(authorities: readonly string[]): SecureContext {
  const key = authorities.join('\n');
  const known = contexts.get(key);
  if (known !== undefined) return known;
  const context = createSecureContext({ ca: [...authorities, ...rootCertificates] });
  if (contexts.size >= kept) contexts.delete(contexts.keys().next().value!);
  contexts.set(key, context);
  return context;
}
