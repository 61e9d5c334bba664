import { appendFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SitewrightError } from '../contract/errors.ts';
import { nodeDoor, type ProgramDoor } from '../programs/door.ts';
import { entryFile } from '../programs/entry.ts';
import type { PracticeDatabase, PracticeFaults, PracticeMessage, PracticeReply, PracticeStart } from './protocol.ts';
import { readSettings } from './settings.ts';

/** A running practice site, seen from the process that opened it. It ends with this process, however this one ends. */
export type PracticeSite = {
  /** Every address, as the practice process announced it. */
  readonly ready: Extract<PracticeReply, { readonly type: 'ready' }>;
  readonly pid: number;
  /** Replaces the planted faults as a whole. Errors: practice-failed. */
  readonly faults: (faults: Omit<PracticeFaults, 'type'>) => Promise<void>;
  /** Stops or starts the database. Errors: practice-failed. */
  readonly database: (state: PracticeDatabase['state']) => Promise<void>;
  /** Ends everything; resolves when the process is gone. */
  readonly stop: () => Promise<void>;
  /** Resolves when the process has ended, asked or not; never rejects. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
};

/** Longest time for a start, with the recovery of a database after a kill, ms. */
const startLimitMs = 60_000;
/** Time after which a process that was told to end is killed, ms. */
const stopLimitMs = 4000;
/** Size above which a log is put aside at the next start, bytes. */
const logLimit = 4 * 1024 * 1024;
/** What a process of the site needs of this one's environment; nothing else is handed on. */
const handedOn = [
  'PATH',
  'HOME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'USERPROFILE',
  'LOCALAPPDATA',
  'APPDATA',
  'LANG',
];

/**
 * Opens the practice site of a folder, new or known, in a process of its own.
 * Errors: practice-failed, with the path of its log.
 */
export async function openPractice(
  start: Omit<PracticeStart, 'type'>,
  run: ProgramDoor = nodeDoor,
): Promise<PracticeSite> {
  const log = join(start.folder, 'practice.log');
  const failed = (problem: string) => new SitewrightError('practice-failed', { problem, log });
  await prepareLog(start.folder, log).catch((error: Error) => {
    throw failed(error.message);
  });
  const program = run({
    script: entryFile(import.meta.url, './main.ts', './practice.mjs'),
    env: Object.fromEntries(
      handedOn.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    ),
    output: { file: log },
    speaks: true,
  });
  const waiting: PromiseWithResolvers<PracticeReply>[] = [];
  const exited = program.exited.then((exit) => {
    for (const each of waiting.splice(0)) each.reject(failed(`the process ended (${exit.signal ?? exit.code})`));
    return exit;
  });
  program.onMessage((reply) => waiting.shift()?.resolve(reply as PracticeReply));

  const ask = async (message: PracticeMessage): Promise<PracticeReply> => {
    if (!program.isThere()) throw failed('the process has ended');
    const answer = Promise.withResolvers<PracticeReply>();
    waiting.push(answer);
    program.send(message);
    const reply = await answer.promise;
    if (reply.type === 'failed') throw failed(reply.problem);
    return reply;
  };
  const stop = async () => {
    program.send({ type: 'stop' } satisfies PracticeMessage);
    const ended = await Promise.race([exited, wait(stopLimitMs, undefined, { ref: false })]);
    if (ended === undefined) program.signal('SIGKILL');
    await exited;
  };

  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(failed(`it was not ready after ${startLimitMs / 1000} s`)), startLimitMs);
  try {
    const answer = ask({ type: 'start', ...start });
    answer.catch(() => undefined);
    // A program that cannot be started says why; that it has ended, too, is all that the answer knows.
    const pid = await program.started.catch((error: Error) => Promise.reject(failed(error.message)));
    const ready = await Promise.race([answer, limit.promise]);
    if (ready.type !== 'ready') throw failed('it gave an unexpected answer');
    return {
      ready,
      pid,
      faults: async (faults) => void (await ask({ type: 'faults', ...faults })),
      database: async (state) => void (await ask({ type: 'database', state })),
      stop,
      exited,
    };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Removes a stopped practice site with everything that it keeps, also outside of its folder. */
export async function removePractice(folder: string): Promise<void> {
  const { databaseFolder } = await readSettings(folder);
  // Only a folder of the kind that the site itself makes: the file could have been edited.
  if (databaseFolder !== undefined && basename(databaseFolder).startsWith('sitewright-practice-')) {
    await rm(databaseFolder, { recursive: true, force: true });
  }
  await rm(folder, { recursive: true, force: true });
}

async function prepareLog(folder: string, log: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const { size } = await stat(log).catch(() => ({ size: 0 }));
  if (size > logLimit) await rename(log, `${log}.1`);
  await appendFile(log, '', { mode: 0o600 });
}
