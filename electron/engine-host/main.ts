// The engine's own process under the desktop shell: serves the contract's router on every port that the shell connects.
import { RPCHandler } from '@orpc/server/message-port';
import { createEngine, type Engine } from '../engine/engine.ts';
import { type PracticeLauncher, practiceName, practicePassphrase } from '../engine/practice-site.ts';
import { createRouter } from '../engine/router.ts';
import { openPractice } from '../practice/launch.ts';
import { nodeDoor } from '../programs/door.ts';
import { shellDoor } from '../programs/shell-door.ts';
import { childChannel, type EnginePort, utilityChannel } from './channel.ts';
import { shellPrinter } from './printer.ts';
import type { HostRequest } from './protocol.ts';

type UtilityProcess = typeof process & { readonly parentPort?: Parameters<typeof utilityChannel>[0] };

const { parentPort } = process as UtilityProcess;
const channel = parentPort === undefined ? childChannel() : utilityChannel(parentPort);
const printer = shellPrinter(channel.send);
let engine: Engine | undefined;
let handler: RPCHandler<Record<never, never>> | undefined;

// An Electron without the RunAsNode fuse starts no plain Node: there the shell forks the practice servers.
const shell = parentPort === undefined ? undefined : shellDoor((ask) => channel.send({ type: 'program', ask }));
const practice: PracticeLauncher = (start) => openPractice(start, shell?.run ?? nodeDoor);

function start(request: Extract<HostRequest, { readonly type: 'start' }>): void {
  const made: Engine = createEngine({
    home: request.home,
    scripts: request.scripts,
    passphrase: (site) =>
      request.passphrases[site] ??
      (site === practiceName && made.open(site).site().practice ? practicePassphrase(request.home) : undefined),
    printer: printer.make,
    practice,
  });
  engine = made;
  handler = new RPCHandler(createRouter(tellingRuns(made)));
  channel.send({ type: 'ready' });
}

/** The engine, telling the shell which sites have a run at work: it keeps the machine awake and asks before it closes. */
function tellingRuns(made: Engine): Engine {
  const running = new Set<string>();
  const follow = <Run extends { readonly ended: Promise<unknown> }>(site: string, run: Run): Run => {
    const tell = () => channel.send({ type: 'running', sites: [...running] });
    running.add(site);
    tell();
    void run.ended
      .catch(() => undefined)
      .then(() => {
        running.delete(site);
        tell();
      });
    return run;
  };
  return {
    ...made,
    start: async (site, folders, plan) => follow(site, await made.start(site, folders, plan)),
    resume: async (site, folders) => follow(site, await made.resume(site, folders)),
  };
}

async function stop(): Promise<void> {
  await engine?.close().catch(() => undefined);
  process.exit(0);
}

function take(request: HostRequest, port: EnginePort | undefined): void {
  switch (request.type) {
    case 'start':
      try {
        start(request);
      } catch (error) {
        channel.send({ type: 'failed', problem: error instanceof Error ? error.message : String(error) });
      }
      return;
    case 'connect':
      if (port !== undefined) handler?.upgrade(port, { context: {} });
      return;
    case 'printed':
      printer.answered(request);
      return;
    case 'program':
      shell?.told(request.told);
      return;
    case 'stop':
      void stop();
      return;
    case 'frame':
    case 'disconnect':
      return;
  }
}

channel.onGone(() => void stop());
channel.listen(take);
