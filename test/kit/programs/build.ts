import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { sampleRelease } from '../practice-home.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Where the programs go: below the repository, so that they find its packages. */
export const programsFolder = join(root, 'dist', 'desktop-programs');

const entries = {
  shell: 'test/kit/programs/shell.ts',
  engine: 'test/kit/programs/engine.ts',
  practice: 'electron/practice/main.ts',
  keeper: 'electron/practice/keeper-main.ts',
  pod: 'electron/practice/pod-main.ts',
} as const;

/** What the Node of the oldest runtime (16) lacks and the practice site uses. */
const additions = `
Promise.withResolvers ??= function () {
  const parts = {};
  parts.promise = new this((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
};
// Not by node:v8: its buffers end the process of an Electron whose V8 allows no memory from outside.
globalThis.structuredClone ??= (value) => JSON.parse(JSON.stringify(value));
Array.prototype.toSorted ??= function (order) { return [...this].sort(order); };
Array.prototype.findLast ??= function (fits) { return [...this].reverse().find(fits); };
globalThis.crypto ??= require('node:crypto').webcrypto;
for (const { Server } of [require('node:http'), require('node:https')]) {
  if (Server.prototype.closeAllConnections !== undefined) continue;
  const { listen } = Server.prototype;
  Server.prototype.listen = function (...where) {
    this.open = new Set();
    this.on('connection', (socket) => this.open.add(socket.on('close', () => this.open.delete(socket))));
    return listen.apply(this, where);
  };
  Server.prototype.closeAllConnections = function () { for (const socket of this.open ?? []) socket.destroy(); };
}
`;

const scriptHead = "globalThis.ownAddress = require('node:url').pathToFileURL(__filename).href;";
const moduleHead = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Builds the practice site's own programs, and a small shell and engine around them, for the oldest runtime. */
export async function buildPrograms(): Promise<void> {
  for (const [name, entry] of Object.entries(entries)) await buildOne(join(root, entry), programsFolder, `${name}.cjs`);
}

/** The sample release with programs that the oldest runtime can start. */
export async function buildOldSample(): Promise<string> {
  const release = join(programsFolder, 'release');
  await rm(release, { recursive: true, force: true });
  await cp(sampleRelease, release, { recursive: true });
  for (const image of ['api', 'jobs']) {
    const place = join(release, 'images', image);
    const words = await readFile(join(place, 'image.yaml'), 'utf8');
    await rm(place, { recursive: true });
    await buildOne(join(sampleRelease, 'images', image, 'main.ts'), place, 'main.mjs');
    await writeFile(join(place, 'image.yaml'), words.replace('/main.ts', '/main.mjs'));
  }
  return release;
}

async function buildOne(entry: string, folder: string, file: string): Promise<void> {
  const module = file.endsWith('.mjs');
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    ...(!module && { define: { 'import.meta.url': 'globalThis.ownAddress' } }),
    // The oldest runtime's utility processes take CommonJS only.
    plugins: [
      {
        name: 'common-js',
        enforce: 'pre',
        transform: (code) => code.replace(/'\.\/(practice|keeper|pod)\.mjs'/, "'./$1.cjs'"),
      },
    ],
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: 'node16',
      minify: false,
      lib: { entry, formats: [module ? 'es' : 'cjs'], fileName: () => file },
      rolldownOptions: {
        external: (id) => /^[a-z@]/.test(id),
        platform: 'node',
        output: {
          codeSplitting: false,
          banner: `${module ? moduleHead : scriptHead}${additions}`,
        },
      },
    },
    resolve: { conditions: ['node'] },
  });
}
