/** What is handed to a socket at once while nothing is known of the line: it counts as stalled when not even that leaves within the limit. */
const smallBytes = 128 * 1024;
/** Buffers on the way may swallow this much of all streams at once, whatever the line is worth. */
const swallowedBytes = 32 * 1024 ** 2;
/** A piece that takes longer shows a line that large ones do not suit, ms. */
const slowMs = 1000;

/**
 * How the bytes for one registry are handed on. Each piece costs a round through the event loop: on a line that has shown itself quick a
 * chunk goes as it is.
 */
export type Pieces = {
  /** The chunk's bytes in order. A piece counts as gone when the next one is asked for. */
  readonly cut: (chunk: Uint8Array) => Generator<Uint8Array>;
};

export function createPieces(clock: () => number): Pieces {
  /** Bytes that left since a piece was last slow. */
  let quick = 0;
  return {
    cut: function* (chunk) {
      for (let at = 0; at < chunk.length; ) {
        const piece = quick < swallowedBytes ? chunk.subarray(at, at + smallBytes) : chunk.subarray(at);
        const given = clock();
        let left = false;
        try {
          yield piece;
          left = clock() - given <= slowMs;
        } finally {
          // Also where the line was given up with this piece on it.
          quick = left ? quick + piece.length : 0;
        }
        at += piece.length;
      }
    },
  };
}
