import { SitewrightError } from '../../../contract/errors.ts';
import type { Host } from '../../../contract/site.ts';

const noSpace = /no space left|ENOSPC|disk quota exceeded|EDQUOT|no inodes/i;
const noRight = /permission denied|EACCES|EPERM|operation not permitted|read-only file system|EROFS/i;

/** The host did not answer, or stopped answering; `detail` tells refused, unknown name, timeout and cut apart. */
export function unreachable(host: Host, detail: string, cause?: unknown): SitewrightError {
  return new SitewrightError(
    'ssh-unreachable',
    { host: host.name, address: `${host.address}:${host.port}` },
    { detail, cause },
  );
}

export function stalled(host: Host, what: string, milliseconds: number): SitewrightError {
  return new SitewrightError('ssh-timeout', { host: host.name, seconds: Math.round(milliseconds / 100) / 10, what });
}

/** A failed file operation by the words of the other side: disk full, missing right, or the words themselves. */
export function fileFailure(host: Host, path: string, what: string, words: string, code: number): SitewrightError {
  if (noSpace.test(words)) return new SitewrightError('host-disk-full', { host: host.name, path }, { detail: words });
  if (noRight.test(words))
    return new SitewrightError('host-permission-denied', { host: host.name, path }, { detail: words });
  return new SitewrightError(
    'ssh-command-failed',
    { host: host.name, what: `${what} ${path}`, code },
    { detail: words },
  );
}

/** What went wrong while a connection was being made, in plain words for the detail line. */
export function connectionWords(error: Error & { code?: string; level?: string }): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'connection refused (ECONNREFUSED): nothing listens on this port';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `name cannot be resolved (${error.code})`;
    case 'ETIMEDOUT':
      return 'no answer in time (ETIMEDOUT): host down or packets dropped';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `no route to the host (${error.code})`;
    case 'ECONNRESET':
      return 'connection reset (ECONNRESET)';
    default:
      return error.level === 'client-timeout' ? 'no answer in time: the SSH handshake did not finish' : error.message;
  }
}
