// Stores a counter again and again and says each value when it is stored; ended by a kill.
import { openVault } from '../../../electron/engine/site/vault.ts';

const [file, passphrase] = process.argv.slice(2) as [string, string];
const vault = openVault(file, passphrase, 'plant');
for (let value = 0; ; value += 1) {
  vault.set('counter', String(value));
  vault.set('ballast', 'x'.repeat(50_000));
  process.stdout.write(`${value}\n`);
}
