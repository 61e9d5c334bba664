/**
 * PostgreSQL's own hash of bytes (`hashtext`), so that the sum over a text column can be compared without sending the column.
 * Bob Jenkins' lookup3 with PostgreSQL's seed, for little-endian servers; the proof asks the server for a sample first.
 */
export function hashText(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  let left = end - start;
  let a = (0x9e3779b9 + left + 3923095) | 0;
  let b = a;
  let c = a;
  while (left >= 12) {
    a = (a + word(bytes, at)) | 0;
    b = (b + word(bytes, at + 4)) | 0;
    c = (c + word(bytes, at + 8)) | 0;
    a = (a - c) ^ rotate(c, 4);
    c = (c + b) | 0;
    b = (b - a) ^ rotate(a, 6);
    a = (a + c) | 0;
    c = (c - b) ^ rotate(b, 8);
    b = (b + a) | 0;
    a = (a - c) ^ rotate(c, 16);
    c = (c + b) | 0;
    b = (b - a) ^ rotate(a, 19);
    a = (a + c) | 0;
    c = (c - b) ^ rotate(b, 4);
    b = (b + a) | 0;
    at += 12;
    left -= 12;
  }
  // The lowest byte of c is left for the length.
  for (let index = 0; index < left; index++) {
    const value = bytes[at + index] as number;
    if (index < 4) a = (a + (value << (8 * index))) | 0;
    else if (index < 8) b = (b + (value << (8 * (index - 4)))) | 0;
    else c = (c + (value << (8 * (index - 7)))) | 0;
  }
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  return ((c ^ b) - rotate(b, 24)) | 0;
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
