import { createCipheriv, createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import type { LayerPlan } from './image-layout-plan.ts';

const pieceBytes = 64 * 1024;
const common = { mtime: new Date(0), uid: 0, gid: 0, mode: 0o644 };

/** The tar of a layer: what package managers leave behind, then files of text and of binary pieces, all by the layer's seed. */
export async function* layerTar(plan: LayerPlan): AsyncGenerator<Buffer> {
  const tar = pack();
  const filling = fill(tar, plan).catch((error: Error) => tar.destroy(error));
  yield* tar as unknown as AsyncIterable<Buffer>;
  await filling;
}

async function fill(tar: ReturnType<typeof pack>, plan: LayerPlan): Promise<void> {
  for (const [name, content] of packageFiles(plan)) tar.entry({ ...common, name }, content);
  const each = Math.ceil(plan.bytes / plan.files);
  for (let file = 0; file < plan.files; file += 1) {
    const parts: Buffer[] = [];
    for (let at = 0; at * pieceBytes < each; at += 1) {
      const name = `${plan.seed}/${file}/${at}`;
      const changes = plan.changed !== undefined && lottery(name) < plan.changed;
      parts.push(piece(changes ? `${name}/new` : name, Math.min(pieceBytes, each - at * pieceBytes), file % 2 === 0));
      // What comes in between moves everything behind it.
      if (changes && at % 2 === 1) parts.push(piece(`${name}/between`, 37, true));
    }
    const size = parts.reduce((sum, { length }) => sum + length, 0);
    const entry = tar.entry({ ...common, name: `usr/lib/${plan.seed}/${String(file).padStart(4, '0')}.bin`, size });
    await pipeline(Readable.from(parts), entry as unknown as NodeJS.WritableStream);
  }
  tar.finalize();
}

/** A number below 100 that the name alone decides. */
const lottery = (name: string): number => createHash('sha256').update(`lottery/${name}`).digest().readUInt32LE(0) % 100;

function noise(seed: string, bytes: number): Buffer {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}

const words = Array.from({ length: 256 }, (_, at) =>
  noise(`word ${at}`, 3 + (at % 6)).reduce((word, byte) => word + String.fromCharCode(97 + (byte % 26)), ''),
).map((word, at) => Buffer.from(at % 11 === 0 ? `${word}\n` : `${word} `));

/** Text of a small vocabulary, or three quarters of noise with gaps, as machine code and packed files are. */
function piece(seed: string, bytes: number, binary: boolean): Buffer {
  const source = noise(seed, bytes);
  if (binary) {
    for (let at = 768; at < bytes; at += 1024) source.fill(at % 7, at, Math.min(at + 256, bytes));
    return source;
  }
  const content = Buffer.alloc(bytes);
  for (let at = 0, next = 0; at < bytes; next += 1) at += words[source[next]!]!.copy(content, at);
  return content;
}

function packageFiles({ packages, seed }: LayerPlan): readonly (readonly [string, string])[] {
  if (packages === 'debian') {
    const one = (name: string, version: string) =>
      `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\nDescription: ${name}\n`;
    const list = [
      one('libc6', '2.36-9+deb12u10'),
      one('openssl', '3.0.15-1~deb12u1'),
      one('zlib1g', '1:1.2.13.dfsg-1'),
    ];
    return [
      ['etc/os-release', 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'],
      [
        'usr/share/doc/openssl/copyright',
        'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: Apache-2.0\n',
      ],
      ['var/lib/dpkg/status', `${list.join('\n')}\n`],
    ];
  }
  if (packages === 'alpine') {
    const one = (name: string, version: string, licence: string) => `P:${name}\nV:${version}\nA:x86_64\nL:${licence}\n`;
    return [
      ['etc/os-release', 'ID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME="Alpine Linux v3.20"\n'],
      [
        'lib/apk/db/installed',
        `${[one('musl', '1.2.5-r0', 'MIT'), one('busybox', '1.36.1-r29', 'GPL-2.0-only')].join('\n')}\n`,
      ],
    ];
  }
  if (packages === 'node') {
    return [
      ['app/node_modules/pg/package.json', '{"name":"pg","version":"8.23.1","license":"MIT"}'],
      [
        'app/node_modules/@example/meter/package.json',
        '{"name":"@example/meter","version":"1.4.0","license":"Apache-2.0"}',
      ],
    ];
  }
  return [[`etc/${seed}.conf`, `name=${seed}\n`]];
}
