/** What each of the signals below was made of, for as long as it is held itself. */
const sources = new WeakMap<AbortSignal, readonly AbortSignal[]>();

/**
 * A signal that aborts with the first of these. As `AbortSignal.any`, which lets go of what it was made of: in Node 24 a signal that
 * nobody listened to when its source was aborted never tells of it once that source is collected, and work that looks at it goes on
 * for ever.
 */
export function anySignal(signals: readonly AbortSignal[]): AbortSignal {
  // biome-ignore lint/plugin: the one place where its sources are held.
  const any = AbortSignal.any([...signals]);
  sources.set(any, signals);
  return any;
}
