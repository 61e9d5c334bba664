import { readFileSync } from 'node:fs';
import { join, normalize, sep } from 'node:path';
import { BrowserWindow, session as sessions } from 'electron';
import type { PrintCall } from '../engine-host/protocol.ts';
import { windowPreferences } from './lock-down.ts';

const address = 'app://report/page';

/**
 * Prints report pages for the engine, each in a hidden window that holds nothing else. Only pages of a site's `reports`
 * folder under the data folder are opened.
 */
export function createPrinter(home: string): (call: PrintCall) => Promise<unknown> {
  const windows = new Map<number, BrowserWindow>();
  let last = 0;
  let loading: Promise<unknown> = Promise.resolve();
  let page = '';
  // In memory only; never the wizard's own session.
  const session = sessions.fromPartition('report');
  session.protocol.handle('app', (request) =>
    request.url === address
      ? new Response(page, { headers: { 'content-type': 'text/html; charset=utf-8' } })
      : new Response('', { status: 404 }),
  );

  const open = async (file: string): Promise<number> => {
    if (!isReportPage(home, file)) throw new Error(`${file} is no page of a report`);
    const window = new BrowserWindow({
      show: false,
      webPreferences: { ...windowPreferences, devTools: false, session },
    });
    page = readFileSync(file, 'utf8');
    await window.loadURL(address);
    last += 1;
    windows.set(last, window);
    return last;
  };
  const at = (number: number): BrowserWindow => {
    const window = windows.get(number);
    if (window === undefined) throw new Error(`page ${number} is not open`);
    return window;
  };

  return async (call) => {
    switch (call.do) {
      case 'version':
        return Number(process.versions.chrome?.split('.')[0]);
      case 'open': {
        // One after the other: they share one address.
        const opened = loading.then(() => open(call.file));
        loading = opened.catch(() => undefined);
        return await opened;
      }
      case 'evaluate':
        return await at(call.page).webContents.executeJavaScript(call.expression);
      case 'pdf':
        return (await at(call.page).webContents.printToPDF(call.options)).toString('base64');
      case 'close':
        at(call.page).destroy();
        windows.delete(call.page);
        return null;
    }
  };
}

/** Whether a file is a page that the engine made: `sites/<site>/reports/<name>.html` of the data folder. */
export function isReportPage(home: string, file: string): boolean {
  const path = normalize(file);
  const prefix = join(home, 'sites') + sep;
  if (!path.startsWith(prefix)) return false;
  const parts = path.slice(prefix.length).split(sep);
  return parts.length === 3 && parts[1] === 'reports' && (parts[2] ?? '').endsWith('.html');
}
