/**
 * What a promise gives; where the signal aborts before, its reason at once instead. `late` takes what comes in spite of that:
 * work that cannot be called back leaves nothing open.
 */
export async function unlessAborted<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  late?: (value: T) => void,
): Promise<T> {
  if (signal === undefined) return await work;
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted.promise]);
  } catch (error) {
    if (late !== undefined) work.then(late, () => undefined);
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
