import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient, ORPCError } from '@orpc/server';
import type { Contract } from '../contract/calls.ts';
import { type ErrorView, errorFromView, SitewrightError } from '../contract/errors.ts';
import { isLocale, type Locale, locales, text } from '../contract/text.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { practiceName, practicePassphrase } from '../engine/practice-site.ts';
import { createRouter, type Router } from '../engine/router.ts';
import { openPractice } from '../practice/launch.ts';
import { readSecretFile } from './secret-input.ts';

/** Options that every command takes. */
export type GlobalOptions = {
  readonly home?: string;
  readonly json?: boolean;
  readonly locale?: string;
  readonly passphraseFile?: string;
  readonly passphraseStdin?: boolean;
  /** `start`: its data folder is its home. */
  readonly data?: string;
  readonly unattended?: boolean;
};

/** The engine in this process and the contract's client to it. */
export type CliSession = {
  readonly engine: Engine;
  readonly router: Router;
  readonly client: ContractRouterClient<Contract>;
  readonly close: () => Promise<void>;
};

const root = fileURLToPath(new URL('../..', import.meta.url));
export const installerScripts = join(root, 'installer-scripts');
export const sampleRelease = join(root, 'bundles', 'energy');

const started = new Date().toISOString().replace(/[-:]/g, '').slice(0, 15).replace('T', '-');

/**
 * The data folder: `--data`, `--home`, `SITEWRIGHT_HOME`, or `.sitewright` in the user's home. An unattended walk that
 * names none gets a new folder of its own below it.
 */
export function homeOf(options: GlobalOptions): string {
  const named = options.data ?? options.home;
  if (named !== undefined) return resolve(named);
  const home = resolve(process.env.SITEWRIGHT_HOME ?? join(homedir(), '.sitewright'));
  return options.unattended === true ? join(home, 'practice', started) : home;
}

/** `--locale`, `SITEWRIGHT_LOCALE`, English where the system speaks English, else Chinese. Error: usage-invalid. */
export function localeOf(options: GlobalOptions): Locale {
  const wanted = options.locale ?? process.env.SITEWRIGHT_LOCALE;
  if (wanted !== undefined) {
    if (isLocale(wanted)) return wanted;
    throw new SitewrightError('usage-invalid', {
      problem: text('usage.choice', { option: '--locale', value: wanted, choices: locales.join(', ') }),
    });
  }
  return (process.env.LC_ALL || process.env.LANG || '').startsWith('en') ? 'en-US' : 'zh-CN';
}

export function openSession(options: GlobalOptions): CliSession {
  const home = homeOf(options);
  let typed: string | undefined;
  const passphrase = (site: string): string | undefined => {
    if (options.passphraseFile !== undefined) return readSecretFile(options.passphraseFile, '--passphrase-file');
    if (options.passphraseStdin === true) {
      typed ??= readFileSync(0, 'utf8').split(/\r?\n/)[0] ?? '';
      return typed;
    }
    if (process.env.SITEWRIGHT_PASSPHRASE) return process.env.SITEWRIGHT_PASSPHRASE;
    return site === practiceName && engine.open(site).site().practice ? practicePassphrase(home) : undefined;
  };
  const engine: Engine = createEngine({ home, scripts: installerScripts, passphrase, practice: openPractice });
  const router = createRouter(engine);
  return { engine, router, client: createRouterClient(router), close: () => engine.close() };
}

/** The catalogue's error behind whatever a call of the contract threw. */
export function errorOfCall(error: unknown): unknown {
  if (error instanceof ORPCError && error.code === 'SITEWRIGHT') return errorFromView(error.data as ErrorView);
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST') {
    const issues = (error.data as { issues?: { path?: unknown[]; message: string }[] } | undefined)?.issues ?? [];
    const problem = issues.map((issue) => `${(issue.path ?? []).map(String).join('.')}: ${issue.message}`).join('; ');
    return new SitewrightError('usage-invalid', { problem: problem === '' ? error.message : problem });
  }
  return error;
}
