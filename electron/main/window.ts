import { BrowserWindow, dialog } from 'electron';
import { appOrigin } from '../contract/shell-channels.ts';
import { say, text } from '../contract/text.ts';
import { windowPreferences } from './lock-down.ts';
import { type Settings, shellLocale } from './settings.ts';

/** A page that crashes this often within a minute is not loaded again by itself. */
const crashLimit = 3;

export type WindowOptions = {
  readonly settings: Settings;
  /** Sites whose run is at work. */
  readonly running: () => readonly string[];
};

/** The wizard's window. */
export function openWindow({ settings, running }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 1024,
    minHeight: 680,
    show: false,
    backgroundColor: '#f5f7fa',
    webPreferences: { ...windowPreferences, devTools: settings.developer, preload: settings.preload },
  });
  window.once('ready-to-show', () => window.show());
  askBeforeClosing(window, running);
  reloadAfterCrash(window);
  void window.loadURL(`${appOrigin}/`);
  return window;
}

/** Closing while a run is at work asks; to stay is what Enter and Escape mean. */
function askBeforeClosing(window: BrowserWindow, running: () => readonly string[]): void {
  let sure = false;
  window.on('close', (event) => {
    if (sure || running().length === 0) return;
    event.preventDefault();
    void (async () => {
      const locale = shellLocale(await shownLanguage(window));
      const { response } = await dialog.showMessageBox(window, {
        type: 'warning',
        message: say(locale, text('desktop.close.title')),
        detail: say(locale, text('desktop.close.detail', { sites: running().join(', ') })),
        buttons: [say(locale, text('desktop.close.stay')), say(locale, text('desktop.close.leave'))],
        defaultId: 0,
        cancelId: 0,
        noLink: true,
      });
      if (response !== 1 || window.isDestroyed()) return;
      sure = true;
      window.close();
    })();
  });
}

/** The language that the page shows; undefined where it does not answer. */
async function shownLanguage(window: BrowserWindow): Promise<unknown> {
  const asked = window.webContents.executeJavaScript('document.documentElement.lang').catch(() => undefined);
  return await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 500))]);
}

function reloadAfterCrash(window: BrowserWindow): void {
  let crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const now = Date.now();
    crashes = [...crashes.filter((at) => now - at < 60_000), now];
    if (crashes.length < crashLimit) {
      window.webContents.reload();
      return;
    }
    const locale = shellLocale();
    const message = say(locale, text('desktop.crash.title'));
    const detail = say(locale, text('desktop.crash.detail', { reason }));
    void dialog.showMessageBox(window, { type: 'error', message, detail }).then(() => {
      crashes = [];
      if (!window.isDestroyed()) window.webContents.reload();
    });
  });
}
