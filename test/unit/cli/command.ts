import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../electron/cli/main.ts', import.meta.url));

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
type Options = {
  readonly input?: string;
  readonly env?: Record<string, string>;
  /** Sent once `when` has come; with its first words where that is absent. */
  readonly signal?: NodeJS.Signals;
  readonly when?: Promise<unknown>;
};

/** The command line as a person would run it, over the data folder `home`. */
export const commandIn =
  (home: string) =>
  (words: readonly string[], options: Options = {}): Promise<Ended> => {
    const env = {
      ...process.env,
      SITEWRIGHT_HOME: home,
      SITEWRIGHT_LOCALE: 'en-US',
      SITEWRIGHT_PASSPHRASE: '',
      ...options.env,
    };
    const child = spawn(process.execPath, [main, ...words], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.end(options.input ?? '');
    void options.when?.then(() => child.kill(options.signal));
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (data: string) => {
      stdout += data;
      if (options.signal !== undefined && options.when === undefined) child.kill(options.signal);
    });
    child.stderr.setEncoding('utf8').on('data', (data: string) => {
      stderr += data;
    });
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  };
