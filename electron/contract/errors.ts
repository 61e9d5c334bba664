import { type Locale, say, type Text, type TextKey, type TextParams, text } from './text.ts';

/**
 * The catalogue of expected errors. The value tells what a command's exit code becomes:
 * `failed` 1 (the site or the bundle is wrong), `usage` 2 (the call is wrong), `unknown` 3 (it could not be found out).
 * Texts stand in the locale files under `error.<code>.message`, `.cause` and `.next`.
 */
export const errorCatalogue = {
  'usage-invalid': 'usage',
  'site-not-found': 'usage',
  'site-exists': 'usage',
  'site-invalid': 'usage',
  'site-busy': 'usage',
  'inventory-invalid': 'usage',
  'plan-changed': 'usage',
  'run-not-found': 'usage',
  'run-not-resumable': 'usage',
  'vault-locked': 'usage',
  'vault-wrong-passphrase': 'usage',
  'vault-missing-secret': 'usage',
  'waiver-expired': 'usage',
  'waiver-must-pass': 'usage',
  'waiver-invalid': 'usage',
  'check-unknown': 'usage',
  'deviation-unknown': 'usage',
  'deviation-invalid': 'usage',
  'evidence-not-found': 'usage',
  'bundle-not-found': 'usage',
  'bundle-invalid': 'failed',
  'bundle-unsigned': 'failed',
  'bundle-signature-invalid': 'failed',
  'bundle-key-not-pinned': 'failed',
  'bundle-part-missing': 'failed',
  'bundle-part-unreadable': 'failed',
  'bundle-part-corrupt': 'failed',
  'bundle-image-missing': 'failed',
  'bundle-without-release': 'usage',
  'bundle-without-registry': 'failed',
  'bundle-base-missing': 'failed',
  'bundle-patch-failed': 'failed',
  'site-inventory-invalid': 'failed',
  'release-invalid': 'failed',
  'parameters-invalid': 'usage',
  'ssh-unreachable': 'unknown',
  'ssh-auth-failed': 'failed',
  'ssh-host-key-changed': 'failed',
  'ssh-forwarding-refused': 'failed',
  'ssh-timeout': 'unknown',
  'ssh-command-failed': 'failed',
  'host-disk-full': 'failed',
  'host-permission-denied': 'failed',
  'host-script-output': 'unknown',
  'host-sudo-refused': 'failed',
  'installer-script-invalid': 'failed',
  'containerd-unavailable': 'failed',
  'image-platform-missing': 'failed',
  'registry-program-missing': 'failed',
  'registry-program-damaged': 'failed',
  'registry-port-taken': 'failed',
  'registry-start-failed': 'failed',
  'registry-unreachable': 'unknown',
  'registry-tls-untrusted': 'failed',
  'registry-unauthorized': 'failed',
  'registry-path-failed': 'failed',
  'registry-push-refused': 'failed',
  'registry-response': 'failed',
  'push-busy': 'usage',
  'registry-content-missing': 'failed',
  'kubernetes-unreachable': 'unknown',
  'kubernetes-unauthorized': 'failed',
  'kubernetes-forbidden': 'failed',
  'kubernetes-refused': 'failed',
  'kubernetes-conflict': 'failed',
  'workload-failed': 'failed',
  'workload-timeout': 'failed',
  'database-unreachable': 'unknown',
  'database-auth-failed': 'failed',
  'database-lost': 'unknown',
  'database-refused': 'failed',
  'migration-drift': 'failed',
  'migration-failed': 'failed',
  'import-rejected': 'failed',
  'import-proof-failed': 'failed',
  'certificate-invalid': 'failed',
  'handshake-failed': 'failed',
  'http-unreachable': 'unknown',
  'http-untrusted': 'failed',
  'http-timeout': 'unknown',
  'suite-invalid': 'failed',
  'wizard-not-here': 'usage',
  'report-no-run': 'usage',
  'report-no-browser': 'unknown',
  'report-no-font': 'unknown',
  'report-print-failed': 'unknown',
  'journal-damaged': 'failed',
  'practice-failed': 'unknown',
  cancelled: 'failed',
  paused: 'failed',
  internal: 'failed',
} as const satisfies Record<string, 'failed' | 'usage' | 'unknown'>;

export type ErrorCode = keyof typeof errorCatalogue;

/** An error as it crosses a border: JSON-serialisable, the code survives to CLI, contract and report. */
export type ErrorView = {
  readonly code: ErrorCode;
  readonly message: Text;
  readonly cause: Text;
  readonly next: Text;
  /** Raw words of the other side (a server's message, an errno), redacted; shown behind details. */
  readonly detail?: string;
};

/**
 * An expected failure. `params` fill the catalogue's texts and say what and where: a host, a file, a field.
 * Never put a secret into `params` or `detail`.
 */
export class SitewrightError extends Error {
  readonly code: ErrorCode;
  readonly params: TextParams;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, params: TextParams = {}, options: { cause?: unknown; detail?: string } = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SitewrightError';
    this.code = code;
    this.params = params;
    this.detail = options.detail ?? (options.cause instanceof Error ? options.cause.message : undefined);
    this.message = `${code}: ${say('en-US', this.view().message)}`;
  }

  view(): ErrorView {
    const at = (part: 'message' | 'cause' | 'next') => text(`error.${this.code}.${part}` as TextKey, this.params);
    const view = { code: this.code, message: at('message'), cause: at('cause'), next: at('next') };
    return this.detail === undefined ? view : { ...view, detail: this.detail };
  }
}

/** Any thrown thing as a view: an expected error keeps its code, a bug becomes `internal` with its message. */
export function errorView(error: unknown): ErrorView {
  return asSitewrightError(error).view();
}

export function asSitewrightError(error: unknown): SitewrightError {
  if (error instanceof SitewrightError) return error;
  if (error instanceof Error && error.name === 'AbortError')
    return new SitewrightError('cancelled', {}, { cause: error });
  return new SitewrightError(
    'internal',
    {},
    { cause: error, detail: error instanceof Error ? error.message : String(error) },
  );
}

/** Rebuilds an error that came over a transport as a view. */
export function errorFromView(view: ErrorView): SitewrightError {
  const params = 'key' in view.message ? (view.message.params ?? {}) : {};
  return new SitewrightError(view.code, params, view.detail === undefined ? {} : { detail: view.detail });
}

/** Exit code of a command that ended with this error: 1 failed, 2 usage, 3 could not find out, 130 cancelled. */
export function exitCodeOf(code: ErrorCode): 1 | 2 | 3 | 130 {
  if (code === 'cancelled') return 130;
  const kind = errorCatalogue[code];
  return kind === 'failed' ? 1 : kind === 'usage' ? 2 : 3;
}

/** The error as three lines for a person. */
export function sayError(locale: Locale, view: ErrorView): string {
  const lines = [say(locale, view.message), say(locale, view.cause), say(locale, view.next)];
  return view.detail === undefined ? lines.join('\n') : `${lines.join('\n')}\n(${view.detail})`;
}
