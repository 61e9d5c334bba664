import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { notePackages } from './packaging/built-packages.ts';

const root = fileURLToPath(new URL('../renderer', import.meta.url));

/** The renderer as plain files: served by the local server, and by the desktop's own scheme. */
export const configuration = defineConfig({
  root,
  base: './',
  plugins: [react(), notePackages('renderer')],
  build: {
    outDir: fileURLToPath(new URL('../dist/renderer', import.meta.url)),
    emptyOutDir: true,
    // The oldest engine that shows it: the Chromium of the desktop shell that tests can have.
    target: 'chrome108',
    // A page under a strict content security policy takes no inline data as script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // Fonts keep their names: whoever prints from the packaged program finds them.
      output: {
        assetFileNames: ({ names }) =>
          names.some((name) => name.endsWith('.ttf')) ? 'fonts/[name][extname]' : 'assets/[name]-[hash][extname]',
      },
    },
    chunkSizeWarningLimit: 4000,
  },
});

export default configuration;
