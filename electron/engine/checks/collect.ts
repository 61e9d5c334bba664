import type { ExecResult } from '../drivers/ssh/host.ts';
import type { Collected, Section } from './facts.ts';

/** Longest output that is kept per section, in characters; the script caps at the same number of bytes. */
const sectionCap = 65536;
const noiseCap = 2000;

/** When the script was sent and when its end was received, by the laptop's clock, ms since 1970. */
export type Exchange = { readonly sentAt: number; readonly receivedAt: number };

/**
 * Reads the collector's frames. Never throws: whatever is missing, cut or foreign shows in the result.
 * `marker` is the random word that was given to the script.
 */
export function parseCollected(
  marker: string,
  result: Pick<ExecResult, 'stdout' | 'stderr'>,
  exchange: Exchange,
): Collected {
  const frames = framesOf(marker, result.stdout);
  const errors = errorsOf(marker, result.stderr);
  const sections: Record<string, Section> = {};
  let started: number | undefined;
  let finished: number | undefined;
  let noise = result.stdout;
  for (const [index, frame] of frames.entries()) {
    if (index === 0) noise = result.stdout.slice(0, frame.from);
    if (frame.kind === 'start') started = secondsOf(frame.words[0]);
    if (frame.kind === 'finish') finished = secondsOf(frame.words[0]);
    const name = frame.words[0];
    if (frame.kind !== 'begin' || name === undefined || name in sections) continue;
    const end = frames[index + 1];
    const whole = result.stdout.slice(frame.to, end?.from ?? result.stdout.length);
    const stdout = clean(whole.slice(0, sectionCap));
    const stderr = clean((errors.get(name) ?? '').slice(0, sectionCap));
    const truncated = whole.length >= sectionCap;
    const closed = end?.kind === 'end' && end.words[0] === name && /^\d+$/.test(end.words[1] ?? '');
    if (!closed) {
      sections[name] = { code: -1, milliseconds: 0, stdout, stderr, state: 'cut', truncated };
      continue;
    }
    const code = Number(end.words[1]);
    const state = code === 124 ? 'timeout' : 'complete';
    sections[name] = { code, milliseconds: Number(end.words[2]) || 0, stdout, stderr, state, truncated };
  }
  return {
    format: 1,
    at: new Date(exchange.sentAt).toISOString(),
    durationMs: exchange.receivedAt - exchange.sentAt,
    complete: finished !== undefined,
    noise: clean(noise.trim().slice(0, noiseCap)),
    clock: clockOf(started, finished, exchange),
    sections,
  };
}

/**
 * The host's clock against the laptop's, the script's own run time taken out: both clocks measured the same stretch,
 * what is left is the way there and back, and half of it is the most that the offset can be wrong.
 */
function clockOf(started: number | undefined, finished: number | undefined, exchange: Exchange): Collected['clock'] {
  if (started === undefined || finished === undefined || finished < started) return null;
  const offsetMs = (started - exchange.sentAt + (finished - exchange.receivedAt)) / 2;
  const journey = exchange.receivedAt - exchange.sentAt - (finished - started);
  // A date without fractions (BusyBox) is up to a second behind.
  const coarse = Number.isInteger(started / 1000) && Number.isInteger(finished / 1000) ? 1000 : 0;
  return { offsetMs: Math.round(offsetMs + coarse / 2), uncertaintyMs: Math.ceil(Math.max(0, journey) / 2 + coarse) };
}

type Frame = { readonly kind: string; readonly words: readonly string[]; readonly from: number; readonly to: number };

/** Every marker line in order, with where the text before it ends and the text after it begins. */
function framesOf(marker: string, stdout: string): readonly Frame[] {
  const frames: Frame[] = [];
  let at = 0;
  for (;;) {
    const found = stdout.indexOf(`${marker} `, at);
    if (found === -1) return frames;
    at = found + marker.length;
    if (found > 0 && stdout[found - 1] !== '\n') continue;
    const lineEnd = stdout.indexOf('\n', found);
    // A line without its end may be cut in the middle of a number: it does not count.
    if (lineEnd === -1) return frames;
    const [kind = '', ...words] = stdout
      .slice(found + marker.length + 1, lineEnd)
      .trim()
      .split(' ');
    if (!['start', 'begin', 'end', 'finish'].includes(kind)) continue;
    frames.push({ kind, words, from: Math.max(0, found - 1), to: lineEnd + 1 });
    at = lineEnd;
  }
}

function errorsOf(marker: string, stderr: string): ReadonlyMap<string, string> {
  const errors = new Map<string, string>();
  const frames = framesOf(marker, stderr);
  for (const [index, frame] of frames.entries()) {
    const name = frame.words[0];
    if (name !== undefined) errors.set(name, stderr.slice(frame.to, frames[index + 1]?.from ?? stderr.length).trim());
  }
  return errors;
}

function secondsOf(word: string | undefined): number | undefined {
  const parts = /^(\d{6,12})(?:\.(\d{1,9}))?/.exec(word ?? '');
  if (parts === null) return undefined;
  return Number(parts[1]) * 1000 + Math.floor(Number(`0.${parts[2] ?? 0}`) * 1000);
}

/** Without control characters, which neither a terminal nor a report should see. */
function clean(words: string): string {
  return words.replaceAll('\r\n', '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
}
