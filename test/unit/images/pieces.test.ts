import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPieces } from '../../../electron/engine/drivers/registry/pieces.ts';

const MiB = 1024 ** 2;

/** Hands one chunk on, each piece taking `ms`; the sizes of the pieces. */
function line() {
  let now = 0;
  const pieces = createPieces(() => now);
  return (bytes: number, ms: number) => {
    const sizes: number[] = [];
    for (const piece of pieces.cut(Buffer.alloc(bytes))) {
      sizes.push(piece.length);
      now += ms;
    }
    return sizes;
  };
}

test('small pieces until the line has shown itself quick, then whole chunks', () => {
  const send = line();
  assert.deepEqual(send(MiB, 1), Array(8).fill(MiB / 8));
  for (let sent = 1; sent < 32; sent += 1) assert.equal(send(MiB, 1).length, 8, `${sent} MiB are what buffers swallow`);
  assert.deepEqual(send(MiB, 1), [MiB]);
  assert.deepEqual(send(MiB / 3, 1), [Math.floor(MiB / 3)]);
});

test('a piece that takes long brings the small ones back, and a slow line never leaves them', () => {
  const send = line();
  for (let sent = 0; sent < 40; sent += 1) send(MiB, 1);
  assert.equal(send(MiB, 1500).length, 1);
  assert.equal(send(MiB, 1).length, 8);
  for (let sent = 0; sent < 40; sent += 1) assert.equal(send(MiB, 1500).length, 8);
});

test('a piece with which the line was given up brings the small ones back', () => {
  const pieces = createPieces(() => 0);
  for (let sent = 0; sent < 40; sent += 1) for (const _piece of pieces.cut(Buffer.alloc(MiB)));
  for (const piece of pieces.cut(Buffer.alloc(MiB))) {
    assert.equal(piece.length, MiB);
    break;
  }
  assert.equal([...pieces.cut(Buffer.alloc(MiB))].length, 8);
});

test('every byte is handed on once, in its order', () => {
  const pieces = createPieces(() => 0);
  const chunk = Buffer.from(Array.from({ length: 300_001 }, (_none, at) => at % 251));
  assert.deepEqual(Buffer.concat([...pieces.cut(chunk)]), chunk);
});
