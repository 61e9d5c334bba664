import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../electron/contract/calls.ts';
import type { ErrorView } from '../../electron/contract/errors.ts';
import type { ShellBridge } from '../../electron/contract/shell.ts';
import { channels } from '../../electron/contract/shell-channels.ts';

export type Client = ContractRouterClient<Contract>;

declare global {
  interface Window {
    /** There in the desktop only. */
    readonly sitewright?: ShellBridge;
  }
}

/** What becomes of a line to the engine: it opens once and is lost once, or the engine takes no line from this page. */
export type LineListener = {
  readonly opened: (client: Client) => void;
  readonly lost: () => void;
  readonly refused: () => void;
};

/** A line to the engine: through the desktop's port, or the local server's socket. */
export function openLine(listener: LineListener): void {
  if (window.sitewright === undefined) openSocket(listener);
  else openPort(window.sitewright, listener);
}

/** The local server told this page how to reach it: the token stands in the address's fragment. */
function openSocket({ opened, lost, refused }: LineListener): void {
  const address = new URL('/rpc', location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.hash = '';
  const socket = new WebSocket(address, ['sitewright', location.hash.slice(1)]);
  let wasOpen = false;
  socket.addEventListener('open', () => {
    wasOpen = true;
    opened(createORPCClient(new SocketLink({ websocket: socket })));
  });
  socket.addEventListener('close', async () => {
    if (wasOpen || (await isTaken())) lost();
    else refused();
  });
}

/** Whether a server that answers takes this page's token. A socket does not tell why it could not be opened, an answer does. */
async function isTaken(): Promise<boolean> {
  const headers = { authorization: `Bearer ${location.hash.slice(1)}` };
  const answer = await fetch('/rpc/info', { method: 'POST', headers }).catch(() => undefined);
  return answer?.status !== 401;
}

/** The shell answers `connect` with a message that carries a port; it tells when the engine behind it has ended. */
function openPort(shell: ShellBridge, { opened, lost }: LineListener): void {
  let port: MessagePort | undefined;
  const listen = (event: MessageEvent) => {
    if (event.source !== window) return;
    if (event.data === channels.port && event.ports[0] !== undefined && port === undefined) {
      port = event.ports[0];
      opened(createORPCClient(new PortLink({ port })));
      port.start();
    }
    if (event.data !== channels.lost) return;
    removeEventListener('message', listen);
    // Ends the calls that still wait: a port whose other side is gone says nothing by itself everywhere.
    port?.dispatchEvent(new Event('close'));
    port?.close();
    lost();
  };
  addEventListener('message', listen);
  // A page that goes with an open port takes the renderer process of older runtimes with it.
  addEventListener('pagehide', () => port?.close(), { once: true });
  shell.connect();
}

/** A failed call as the catalogue's view; anything else is a fault of the program. */
export function errorOf(error: unknown): ErrorView {
  if (error instanceof ORPCError && error.code === 'SITEWRIGHT') return error.data as ErrorView;
  const detail = error instanceof Error ? error.message : String(error);
  const part = (name: 'message' | 'cause' | 'next') => ({ key: `error.internal.${name}` as const });
  return { code: 'internal', message: part('message'), cause: part('cause'), next: part('next'), detail };
}

/** Whether the vault has to be opened by hand. A wrong passphrase may be the keyring's, of a vault that was replaced since. */
export function wantsPassphrase(error: ErrorView | undefined): boolean {
  return error?.code === 'vault-locked' || error?.code === 'vault-wrong-passphrase';
}
