import { SitewrightError } from '../../contract/errors.ts';

/** What the scripts that take content on hosts have in common: an answer in sections, and why a stream was not taken. */

/** Reads `== name` and the lines below it; blank ones are left out. Error: host-script-output where the answer was cut. */
export function sectionsOf(host: string, script: string, words: string): (name: string) => readonly string[] {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of words.split('\n')) {
    const name = /^== (\w+)$/.exec(line)?.[1];
    if (name === undefined) {
      if (line.trim() !== '') lines.push(line);
      continue;
    }
    lines = [];
    sections.set(name, lines);
  }
  // The last section stands only behind a whole answer.
  if (!sections.has('end')) throw unreadable(host, script, words);
  return (name) => sections.get(name) ?? [];
}

export function unreadable(host: string, script: string, words: string): SitewrightError {
  return new SitewrightError('host-script-output', { host, what: script }, { detail: words.slice(-2000) });
}

/** Free bytes in a line of `df -Pk`; undefined where it says none. */
export function freeBytes(line = ''): number | undefined {
  const kibibytes = Number(line.trim().split(/\s+/)[3]);
  return line !== '' && Number.isFinite(kibibytes) ? kibibytes * 1024 : undefined;
}

/** Why the host did not take what was streamed to a script. */
export function streamRefused(
  host: string,
  {
    code,
    detail,
    path,
    what,
  }: { readonly code: number; readonly detail: string; readonly path: string; readonly what: string },
): SitewrightError {
  if (/no space left|disk quota exceeded/i.test(detail))
    return new SitewrightError('host-disk-full', { host, path }, { detail });
  // The scripts' own code for a stream that ended before its time.
  if (code === 75) return new SitewrightError('ssh-unreachable', { host, address: host }, { detail });
  return new SitewrightError('ssh-command-failed', { host, what, code }, { detail });
}
