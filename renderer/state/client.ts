import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../electron/contract/calls.ts';
import type { ErrorView } from '../../electron/contract/errors.ts';

export type Client = ContractRouterClient<Contract>;

/** Where the local server told this page how to reach it: the token stands in the address's fragment. */
export function openSocket(): WebSocket {
  const token = location.hash.slice(1);
  const address = new URL('/rpc', location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.hash = '';
  return new WebSocket(address, ['sitewright', token]);
}

export function clientOver(socket: WebSocket): Client {
  return createORPCClient(new RPCLink({ websocket: socket }));
}

/** A failed call as the catalogue's view; anything else is a fault of the program. */
export function errorOf(error: unknown): ErrorView {
  if (error instanceof ORPCError && error.code === 'SITEWRIGHT') return error.data as ErrorView;
  const detail = error instanceof Error ? error.message : String(error);
  const part = (name: 'message' | 'cause' | 'next') => ({ key: `error.internal.${name}` as const });
  return { code: 'internal', message: part('message'), cause: part('cause'), next: part('next'), detail };
}
