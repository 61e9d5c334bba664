import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { SitewrightError } from '../../contract/errors.ts';

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'msedge',
  'chrome',
];

/** A Chromium-family browser of this machine: `SITEWRIGHT_BROWSER`, PATH, or the usual places. */
export function findBrowser(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (environment.SITEWRIGHT_BROWSER) {
    return existsSync(environment.SITEWRIGHT_BROWSER) ? environment.SITEWRIGHT_BROWSER : undefined;
  }
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const folders = (environment.PATH ?? '').split(delimiter);
  const inPath = folders.flatMap((folder) => names.map((name) => join(folder, name + suffix)));
  const programs = [environment.PROGRAMFILES, environment['PROGRAMFILES(X86)'], environment.LOCALAPPDATA];
  const usual = [
    ...programs.flatMap((folder) =>
      folder === undefined
        ? []
        : [join(folder, 'Microsoft/Edge/Application/msedge.exe'), join(folder, 'Google/Chrome/Application/chrome.exe')],
    ),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ];
  return [...inPath, ...usual].find((file) => existsSync(file));
}

type Answer = {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
};
type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void };

/** A headless browser spoken to over its DevTools pipe: no port is opened. */
export type Browser = {
  /** Sends a command of the DevTools protocol and gives its result. */
  readonly send: <T>(method: string, params?: object, session?: string) => Promise<T>;
  /** Resolves with the next notice of that name. */
  readonly next: (method: string, session: string) => Promise<void>;
  /** Ends it and removes its profile; never rejects. */
  readonly close: () => Promise<void>;
};

/** Starts a browser. Every wait fails with report-print-failed when it ends or has not finished after `limitMs`. */
export function startBrowser(program: string, limitMs: number, environment: NodeJS.ProcessEnv = process.env): Browser {
  const profile = mkdtempSync(join(tmpdir(), 'sitewright-print-'));
  const child = spawn(program, argumentsFor(profile), {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    env: environment,
  });
  const waiting = new Map<number, Waiting>();
  const notices = new Map<string, Waiting>();
  let last = 0;
  let words = '';
  let failure: SitewrightError | undefined;

  const fail = (cause: unknown): void => {
    failure ??= new SitewrightError(
      'report-print-failed',
      { browser: program },
      { cause, ...(words !== '' && { detail: words }) },
    );
    for (const one of [...waiting.values(), ...notices.values()]) one.reject(failure);
    waiting.clear();
    notices.clear();
  };
  const timer = setTimeout(() => {
    fail(new Error(`no answer within ${limitMs / 1000} s`));
    child.kill('SIGKILL');
  }, limitMs);
  const ended = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      fail(error);
      resolve();
    });
    child.on('exit', (code) => {
      fail(new Error(`exit code ${String(code)}`));
      resolve();
    });
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('utf8')).slice(-2000);
  });
  const out = child.stdio[3] as Writable;
  out.on('error', fail);
  onMessages(child, (answer) => {
    const one = answer.id === undefined ? undefined : waiting.get(answer.id);
    if (answer.id !== undefined) waiting.delete(answer.id);
    if (answer.error !== undefined)
      one?.reject(new SitewrightError('report-print-failed', { browser: program }, { detail: answer.error.message }));
    else one?.resolve(answer.result);
    const name = `${answer.method ?? ''}\n${answer.sessionId ?? ''}`;
    notices.get(name)?.resolve(undefined);
    notices.delete(name);
  });

  const send = <T>(method: string, params: object = {}, session?: string): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (failure !== undefined) return reject(failure);
      last += 1;
      waiting.set(last, { resolve: resolve as (value: unknown) => void, reject });
      out.write(`${JSON.stringify({ id: last, method, params, ...(session && { sessionId: session }) })}\0`);
    });
  return {
    send,
    next: (method, session) =>
      new Promise<void>((resolve, reject) => {
        if (failure !== undefined) return reject(failure);
        notices.set(`${method}\n${session}`, { resolve: () => resolve(), reject });
      }),
    close: async () => {
      await send('Browser.close').catch(() => undefined);
      const killing = setTimeout(() => child.kill('SIGKILL'), 3000);
      await ended;
      clearTimeout(killing);
      clearTimeout(timer);
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** Messages are JSON, each ended by a zero byte. */
function onMessages(child: ChildProcess, take: (answer: Answer) => void): void {
  let parts: Buffer[] = [];
  (child.stdio[4] as Readable).on('data', (chunk: Buffer) => {
    let from = 0;
    for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, from)) {
      parts.push(chunk.subarray(from, end));
      take(JSON.parse(Buffer.concat(parts).toString('utf8')) as Answer);
      parts = [];
      from = end + 1;
    }
    parts.push(chunk.subarray(from));
  });
}

function argumentsFor(profile: string): readonly string[] {
  return [
    '--headless',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-default-apps',
    '--disable-extensions',
    '--disable-sync',
    '--no-first-run',
    '--no-default-browser-check',
    '--remote-debugging-pipe',
    // Chromium refuses to run its sandbox as root.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    `--user-data-dir=${profile}`,
    'about:blank',
  ];
}
