import { protocol, type Session } from 'electron';
import { appOrigin } from '../contract/shell-channels.ts';
import { rendererFile } from '../server/renderer-files.ts';

/** Before the program is ready: `app://` is a secure origin of its own. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
}

/** Serves the built wizard, read-only; anything else, and every path that leads out of its folder, is 404. */
export function serveRenderer(session: Session, folder: string): void {
  session.protocol.handle('app', (request) => {
    const { protocol: scheme, host, pathname } = new URL(request.url);
    const asset =
      request.method === 'GET' && `${scheme}//${host}` === appOrigin
        ? rendererFile(folder, pathname, "'none'")
        : undefined;
    if (asset === undefined) return new Response('', { status: 404, headers: { 'content-type': 'text/plain' } });
    return new Response(asset.content as never, { status: 200, headers: { ...asset.headers } });
  });
}
