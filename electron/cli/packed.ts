// The command line as it comes with the desktop: built files, started by the Node beside them. Compiled code is kept, so that a command
// starts in half the time.
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

enableCompileCache(join(homedir(), '.sitewright', 'compiled'));
await import('./main.ts');
