// The default app of the runtime that tests unpack: loads the files after `-r`, then the shell's file.
const { app } = require('electron');
const { dirname, resolve } = require('node:path');

const args = process.argv.slice(1);
const before = [];
let main;
for (let at = 0; at < args.length && main === undefined; at += 1) {
  if (args[at] === '-r') {
    at += 1;
    before.push(args[at]);
  } else if (!args[at].startsWith('-')) main = resolve(args[at]);
}
for (const file of before) require(resolve(file));
app.setAppPath(dirname(main));
require(main);
