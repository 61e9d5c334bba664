import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { SitewrightError } from '../../contract/errors.ts';
import type { Site } from '../../contract/site.ts';
import { say, type Text } from '../../contract/text.ts';
import { type Audit, createAudit, createAuditKey } from '../evidence/audit.ts';
import { createEvidenceStore, type EvidenceStore } from '../evidence/evidence-store.ts';
import { createLogTail, type LogTail } from '../run/log-tail.ts';
import { createFacts, type Facts } from '../store/facts.ts';
import { openStore, type Store } from '../store/store.ts';
import { readSite, type SiteFolder, siteFolder, writeSite } from './site-folder.ts';
import { openVault, type Vault } from './vault.ts';

/** Vault entry of the Ed25519 key that signs the audit journal. */
export const auditKeyEntry = 'audit/key';

/** What only an unlocked site can do. */
export type Unlocked = {
  readonly vault: Vault;
  readonly audit: Audit;
  readonly evidence: EvidenceStore;
  readonly facts: Facts;
};

/** One site opened by this engine. Reading needs no passphrase; everything that writes to the journal does. */
export type OpenSite = {
  readonly name: string;
  readonly folder: SiteFolder;
  readonly store: Store;
  readonly site: () => Site;
  readonly saveSite: (site: Site) => void;
  /** Error: vault-wrong-passphrase. */
  readonly unlock: (passphrase: string) => void;
  readonly isUnlocked: () => boolean;
  /** Error: vault-locked. */
  readonly unlocked: () => Unlocked;
  /** Evidence for reading. */
  readonly evidence: EvidenceStore;
  /** Public key of the audit journal, PEM; undefined before the first unlocking. */
  readonly auditKey: () => string | undefined;
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', target: string, words: Text) => void;
  /** The newest log lines of its runs in this engine. */
  readonly logTail: LogTail;
  readonly close: () => void;
};

export function openSite(home: string, name: string, now: () => Date): OpenSite {
  readSite(home, name);
  const folder = siteFolder(home, name);
  mkdirSync(folder.logs, { recursive: true, mode: 0o700 });
  const store = openStore(folder.database, now);
  let opened: Unlocked | undefined;
  let logger: Logger | undefined;
  const plain = (words: string) => words;

  return {
    name,
    folder,
    store,
    site: () => readSite(home, name),
    saveSite: (site) => writeSite(home, site),
    unlock: (passphrase) => {
      const vault = openVault(folder.vault, passphrase, name);
      const pem = vault.getOrCreate(auditKeyEntry, createAuditKey);
      const publicKey = createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'pem' }).toString();
      if (store.meta.get('audit-key') === undefined) store.meta.set('audit-key', publicKey);
      if (store.meta.get('audit-key') !== publicKey)
        throw new SitewrightError('site-invalid', { file: folder.vault, problem: auditKeyEntry });
      const { mask } = vault;
      opened = {
        vault,
        audit: createAudit(store.database, pem, now, mask),
        evidence: createEvidenceStore(store.database, folder.evidence, name, mask),
        facts: createFacts(store.database, now, mask),
      };
      // A journal is never empty, so that an emptied one shows.
      if (opened.audit.head().seq === 0) opened.audit.append('site', name, { event: 'created' });
    },
    isUnlocked: () => opened !== undefined,
    unlocked: () => {
      if (opened === undefined) throw new SitewrightError('vault-locked', { site: name });
      return opened;
    },
    evidence: createEvidenceStore(store.database, folder.evidence, name, plain),
    auditKey: () => store.meta.get('audit-key'),
    log: (level, target, words) => {
      const message = say('en-US', words);
      const masked = opened === undefined ? message : opened.vault.mask(message);
      try {
        logger ??= pino(
          { base: null, level: 'debug', timestamp: () => `,"time":"${now().toISOString()}"` },
          pino.destination({ dest: join(folder.logs, 'engine.log'), sync: true, mkdir: true }),
        );
        logger[level]({ target }, masked);
      } catch {
        // A log that cannot be written is no reason to end what it tells of.
      }
    },
    logTail: createLogTail(),
    close: () => store.close(),
  };
}
