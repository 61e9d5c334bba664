/** What is read of a part at once, bytes. */
export const chunkBytes = 1024 * 1024;

/** Chunks that are used in turn: more than any socket or SSH channel holds back of what it was given (2 MiB). */
const turns = 4;

/**
 * Memory for the chunks of one stream, each written again a few chunks later: for who hands on what comes and keeps nothing. New
 * memory for every chunk costs more than reading into it.
 */
export type ChunkMemory = {
  /** Room for a chunk. */
  readonly next: () => Buffer;
};

function createChunkMemory(): ChunkMemory {
  const chunks: Buffer[] = [];
  let turn = 0;
  return {
    next: () => {
      turn = (turn + 1) % turns;
      const chunk = chunks[turn] ?? Buffer.allocUnsafeSlow(chunkBytes);
      chunks[turn] = chunk;
      return chunk;
    },
  };
}

/** Memory for stream after stream. */
export type ChunkMemories = {
  readonly take: () => ChunkMemory;
  /** Only what is on no line any more. Memory that is not given back is left to the collector. */
  readonly give: (memory: ChunkMemory) => void;
};

export function createChunkMemories(): ChunkMemories {
  const free: ChunkMemory[] = [];
  return { take: () => free.pop() ?? createChunkMemory(), give: (memory) => void free.push(memory) };
}
