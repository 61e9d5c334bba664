import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { StageId } from '../../electron/contract/views.ts';

/**
 * Lets a window stand still in the middle of a running walk. The notices of the walk pass through a queue; at an asked-for
 * moment the queue stops and so do the window's clocks, until it is told to go on: what it shows afterwards is as if there had
 * been no pause. The walk itself goes on meanwhile; the window follows it later, at the walk's own pace.
 */
export const standstill = `(() => {
  const now = performance.now.bind(performance);
  const date = Date.now;
  let lost = 0;
  let stoppedAt;
  let wanted = [];
  let at;
  let over = false;
  const steps = new Map();
  const queue = [];
  const shift = () => lost + (stoppedAt === undefined ? 0 : now() - stoppedAt);
  performance.now = () => now() - shift();
  Date.now = () => Math.round(date() - shift());
  const shareOf = (stage) => {
    const own = [...steps.values()].filter((step) => step.stage === stage);
    const weight = own.reduce((sum, step) => sum + step.weight, 0) || 1;
    return own.reduce((sum, step) => sum + step.weight * step.progress, 0) / weight;
  };
  const note = (event) => {
    if (event.type === 'end') over = true;
    if (event.type === 'snapshot') for (const stage of event.walk.stages) for (const step of stage.steps) steps.set(step.id, step);
    if (event.type === 'step') steps.set(event.step.id, event.step);
    if (event.type === 'progress') steps.set(event.step, { ...steps.get(event.step), progress: event.share });
    if (!['step', 'progress', 'snapshot'].includes(event.type)) return;
    const id = event.type === 'snapshot' ? event.walk.stages[event.walk.stage - 1]?.id : event.stage;
    const moment = wanted.find(({ stage }) => stage === id);
    if (moment === undefined) return;
    const share = shareOf(id);
    const transfer = event.transfer ?? event.step?.transfer;
    const moving = moment.moving === undefined || (transfer !== undefined && transfer.done >= transfer.total * moment.moving);
    if (share < moment.share || share >= 1 || !moving) return;
    wanted = wanted.filter((one) => one !== moment);
    at = id;
    stoppedAt = now();
  };
  const pump = () => {
    while (stoppedAt === undefined && queue.length > 0 && queue[0].at <= now() - lost) {
      const { socket, data } = queue.shift();
      socket.dispatchEvent(Object.assign(new MessageEvent('message', { data }), { told: true }));
      note(JSON.parse(data).p.d?.json ?? {});
    }
  };
  setInterval(pump, 15);
  window.standstill = {
    // What was over before, a walk of another scene, is not the one that is waited for.
    at: (moments) => {
      wanted = moments;
      over = false;
    },
    state: () => ({ at, over }),
    goOn: () => {
      lost += stoppedAt === undefined ? 0 : now() - stoppedAt;
      stoppedAt = undefined;
      at = undefined;
    },
  };
  window.WebSocket = class extends WebSocket {
    watch;
    constructor(...address) {
      super(...address);
      this.addEventListener('message', (message) => this.heard(message));
    }
    send(words) {
      const asked = JSON.parse(words);
      if (asked.p?.u === '/walk/watch') this.watch = asked.i;
      super.send(words);
    }
    heard(message) {
      if (message.told || typeof message.data !== 'string') return;
      const { i, t } = JSON.parse(message.data);
      if (i !== this.watch || t !== 3) return;
      message.stopImmediatePropagation();
      queue.push({ socket: this, data: message.data, at: now() });
    }
  };
})()`;

/** A moment of a stage: share of it that is done, and of the transfer in it. */
export type Moment = { readonly stage: StageId; readonly share: number; readonly moving?: number };

/** Lets the window go on and stand still at each of the moments; those that the walk went by without are given back. */
export async function standAt(
  page: Page,
  moments: readonly Moment[],
  look: (stage: StageId) => Promise<void>,
): Promise<readonly Moment[]> {
  const seen = new Set<StageId>();
  for (;;) {
    const { at, over } = await page.evaluate<{ at?: StageId; over: boolean }>('standstill.state()');
    if (over) return moments.filter(({ stage }) => !seen.has(stage));
    if (at === undefined) {
      await wait(25);
      continue;
    }
    seen.add(at);
    await look(at);
    await page.evaluate('standstill.goOn()');
  }
}
