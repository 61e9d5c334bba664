import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Where the programs go: below the repository, so that they find its packages. */
export const programsFolder = join(root, 'dist', 'desktop-programs');

const entries = {
  shell: 'test/kit/programs/shell.ts',
  engine: 'test/kit/programs/engine.ts',
  practice: 'electron/practice/main.ts',
  keeper: 'electron/practice/keeper-main.ts',
} as const;

/** What the Node of the oldest runtime (16) lacks and the practice site uses. */
const additions = `
Promise.withResolvers ??= function () {
  const parts = {};
  parts.promise = new this((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
};
globalThis.structuredClone ??= (value) => require('node:v8').deserialize(require('node:v8').serialize(value));
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

/** Builds the practice site's own programs, and a small shell and engine around them, for the oldest runtime. */
export async function buildPrograms(): Promise<void> {
  for (const [name, entry] of Object.entries(entries)) {
    await build({
      configFile: false,
      root,
      logLevel: 'warn',
      publicDir: false,
      define: { 'import.meta.url': 'globalThis.ownAddress' },
      // The oldest runtime's utility processes take CommonJS only.
      plugins: [
        {
          name: 'common-js',
          enforce: 'pre',
          transform: (code) => code.replace(/'\.\/(practice|keeper)\.mjs'/, "'./$1.cjs'"),
        },
      ],
      build: {
        outDir: programsFolder,
        emptyOutDir: false,
        target: 'node16',
        minify: false,
        lib: { entry: join(root, entry), formats: ['cjs'], fileName: () => `${name}.cjs` },
        rolldownOptions: {
          external: (id) => /^[a-z@]/.test(id),
          platform: 'node',
          output: {
            codeSplitting: false,
            banner: `globalThis.ownAddress = require('node:url').pathToFileURL(__filename).href;${additions}`,
          },
        },
      },
      resolve: { conditions: ['node'] },
    });
  }
}
