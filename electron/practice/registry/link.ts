import { Transform } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

/** The line over which uploads come in; all of them share it. */
export type Link = {
  /** Bytes per second from now on; undefined is as fast as it goes. */
  readonly limit: (bytesPerSecond: number | undefined) => void;
  /** What passes through it arrives no faster than the line allows. */
  readonly through: () => Transform;
};

export function createLink(): Link {
  let rate: number | undefined;
  /** When the line is free again, ms. */
  let free = 0;
  return {
    limit: (bytesPerSecond) => {
      rate = bytesPerSecond;
      free = 0;
    },
    through: () =>
      new Transform({
        transform(chunk: Buffer, _encoding, done) {
          if (rate === undefined) return done(null, chunk);
          const now = performance.now();
          free = Math.max(free, now) + (chunk.length / rate) * 1000;
          void wait(free - now).then(() => done(null, chunk));
        },
      }),
  };
}
