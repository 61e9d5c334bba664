// Loaded before a program by `node --import`: writes the packages whose files the program loaded, one a line, into the file that
// SITEWRIGHT_LOADED_PACKAGES names, when it ends.
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const packages = new Set<string>();
registerHooks({
  load: (url, context, next) => {
    const name = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(url)?.[1];
    if (name !== undefined) packages.add(name);
    return next(url, context);
  },
});
process.on('exit', () => writeFileSync(process.env.SITEWRIGHT_LOADED_PACKAGES!, [...packages].sort().join('\n')));
