/** Entry of the practice process. It lives as long as its channel to the parent: the site ends with whoever opened it. */
import { setTimeout as wait } from 'node:timers/promises';
import { openParentLine } from '../programs/parent-line.ts';
import { log } from './log.ts';
import type { PracticeMessage, PracticeReply } from './protocol.ts';
import { type RunningSite, startSite } from './site.ts';

/** Longest time for the end in good order, ms; then the keeper ends what is left, within the second limit. */
const endLimitMs = 1200;
const keeperLimitMs = 1700;

const parent = openParentLine();
const closers: (() => Promise<unknown>)[] = [];
let site: RunningSite | undefined;
let ending = false;
/** Orders are carried out one after another, so that replies come in their order. */
let orders: Promise<void> = Promise.resolve();

parent.onMessage((message) => {
  const order = message as PracticeMessage;
  // An end does not wait for orders before it: one of them may hang.
  if (order.type === 'stop') return void end(0);
  orders = orders.then(() => carryOut(order)).catch(refuse);
});
parent.onGone(() => void end(0));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
process.on('uncaughtException', (error) => {
  log(`failed: ${error.stack ?? error.message}`);
  void end(1);
});
// The log's reader may be gone; nothing to be done about it.
process.stdout.on('error', () => undefined);

async function carryOut(order: Exclude<PracticeMessage, { type: 'stop' }>): Promise<void> {
  if (order.type === 'start') {
    const began = performance.now();
    const closersOfSite = { add: (close: () => Promise<unknown>) => void (ending ? close() : closers.push(close)) };
    try {
      site = await startSite(order, parent.run, closersOfSite, log, lost);
    } catch (error) {
      refuse(error);
      return end(1);
    }
    log(`ready after ${Math.round(performance.now() - began)} ms`);
    return reply(site.ready);
  }
  if (site === undefined) throw new Error('the practice site is not running');
  if (order.type === 'faults') site.plant(order);
  else await site.database(order.state);
  reply({ type: 'done' });
}

function lost(problem: string): void {
  log(problem);
  void end(1);
}

function refuse(error: unknown): void {
  const problem = error instanceof Error ? error.message : String(error);
  log(`failed: ${error instanceof Error ? (error.stack ?? problem) : problem}`);
  reply({ type: 'failed', problem });
}

function reply(words: PracticeReply): void {
  parent.send(words);
}

async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  // The first closer is the keeper's: everything else may still need its programs.
  const [keeper, ...others] = closers;
  const quiet = (close: () => Promise<unknown>) => close().catch((error: unknown) => log(`end: ${String(error)}`));
  await Promise.race([Promise.all(others.map(quiet)), wait(endLimitMs)]);
  if (keeper !== undefined) await Promise.race([quiet(keeper), wait(keeperLimitMs)]);
  log('ended');
  process.exit(code);
}
