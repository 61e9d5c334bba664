import { issueIntermediate, issueRoot } from '../../certificates/issue.ts';
import { keyMatches, makePrivateKey } from '../../certificates/keys.ts';
import { isIssuedBy, readCertificate } from '../../certificates/read.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import type { AuthorityInput, CertificateRecord } from './model.ts';
import { authoritiesOf, intermediateName, isFresh, keyEntry, recordOf, rootName, saveRecord } from './records.ts';

/**
 * The site's own authority. Each key is durable in the vault before a certificate is made for it, so that after a kill
 * a certificate without its key cannot exist.
 */
export const authorityKind: StepKind<AuthorityInput> = {
  inspect: async (context) => {
    const root = await usable(context, rootName);
    const intermediate = await usable(context, intermediateName);
    const complete =
      root !== undefined && intermediate !== undefined && isIssuedBy(intermediate.certificate, root.certificate);
    return { satisfied: complete && authoritiesOf(context)[0] === root.certificate };
  },
  apply: async (context, input) => {
    const now = context.now();
    let root = await usable(context, rootName);
    const rootKey = await durableKey(context, rootName);
    if (root === undefined) {
      const certificate = await issueRoot({ key: rootKey, name: input.root, now });
      saveRecord(context, rootName, certificate, await readCertificate(certificate));
      root = recordOf(context, rootName)!;
    }
    const intermediate = await usable(context, intermediateName);
    const key = await durableKey(context, intermediateName);
    if (intermediate === undefined || !isIssuedBy(intermediate.certificate, root.certificate)) {
      const authority = { certificate: root.certificate, key: rootKey };
      const certificate = await issueIntermediate({ root: authority, key, name: input.intermediate, now });
      saveRecord(context, intermediateName, certificate, await readCertificate(certificate));
    }
    // Last: whoever sees the list of trusted authorities may rely on the rest. Authorities from elsewhere stay in it.
    const { certificate } = root;
    context.facts.put('site', 'authorities', [
      certificate,
      ...authoritiesOf(context).filter((other) => other !== certificate),
    ]);
  },
};

/** The recorded certificate, if it fits its key and lasts. */
async function usable(context: StepContext, name: string): Promise<CertificateRecord | undefined> {
  const record = recordOf(context, name);
  if (record === undefined || !context.vault.has(keyEntry(name)) || !isFresh(record, context.now())) return undefined;
  const { publicKey } = await readCertificate(record.certificate);
  return keyMatches(context.vault.get(keyEntry(name)), publicKey) ? record : undefined;
}

/** The key of a certificate, made once and durable before it returns. */
export async function durableKey(context: StepContext, name: string): Promise<string> {
  const entry = keyEntry(name);
  if (context.vault.has(entry)) return context.vault.get(entry);
  const key = await makePrivateKey('p256');
  return context.vault.getOrCreate(entry, () => key);
}
