/** Reads a stream from its beginning to its end by numbers of bytes. */
export type Cursor = {
  /** The next bytes at once; fewer at the end. */
  readonly take: (bytes: number) => Promise<Buffer>;
  /** The next bytes as they come. */
  readonly pass: (bytes: number) => AsyncGenerator<Buffer>;
  readonly close: () => Promise<void>;
};

export function cursorOver(content: AsyncIterable<Buffer>): Cursor {
  const source = content[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  async function* pass(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0; ) {
      if (rest.length === 0) {
        const next = await source.next();
        if (next.done === true) return;
        rest = next.value;
      }
      const piece = rest.subarray(0, left);
      rest = rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
  return {
    pass,
    take: async (bytes) => {
      const pieces: Buffer[] = [];
      for await (const piece of pass(bytes)) pieces.push(piece);
      return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
    },
    close: async () => void (await source.return?.()),
  };
}
