/**
 * Entry of a program of a release below the desktop shell: `<this> <script> [argument...]`. A utility process stays when its
 * program has nothing left to do, where Node ends; so this ends it.
 */
import { pathToFileURL } from 'node:url';

const [node = '', , script = '', ...args] = process.argv;
process.argv = [node, script, ...args];

const lookMs = 200;
/** Work in threads (scrypt) is not listed among what keeps a program going: one idle look may be wrong, not five. */
const idleLooks = 5;
/** As Node's own: a module still waits for what will never come. */
const unsettled = 13;

let loaded = false;
let idle = 0;
setInterval(() => {
  // Its pipes are those of its own output.
  idle = process.getActiveResourcesInfo().every((kind) => kind === 'PipeWrap') ? idle + 1 : 0;
  if (idle < idleLooks) return;
  process.exit(process.exitCode ?? (loaded ? 0 : unsettled));
}, lookMs).unref();

import(pathToFileURL(script).href).then(
  () => {
    loaded = true;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`, () => process.exit(1));
  },
);
