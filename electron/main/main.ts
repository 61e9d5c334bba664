// The desktop shell: one window on the wizard, the engine in a process of its own.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, type BrowserWindow, dialog, Menu, powerSaveBlocker, session } from 'electron';
import { channels } from '../contract/shell-channels.ts';
import { say, text } from '../contract/text.ts';
import { startEngine } from './engine-process.ts';
import { openKeyring } from './keyring.ts';
import { lockDownProgram, turnOffResolver } from './lock-down.ts';
import { createPrinter } from './printer.ts';
import { registerScheme, serveRenderer } from './scheme.ts';
import { readSettings, type Settings, shellLocale } from './settings.ts';
import { answerWindow } from './shell-calls.ts';
import { openWindow } from './window.ts';

const settings = readSettings();
lockDownProgram();
registerScheme();
// What Chromium keeps stands with the data; its lock is so the lock of the data folder.
mkdirSync(join(settings.home, 'desktop'), { recursive: true, mode: 0o700 });
app.setPath('userData', join(settings.home, 'desktop'));

if (app.requestSingleInstanceLock()) void app.whenReady().then(() => run(settings));
else {
  process.stderr.write(`${say(shellLocale(), text('desktop.second', { home: settings.home }))}\n`);
  app.exit(2);
}

async function run(settings: Settings): Promise<void> {
  turnOffResolver();
  serveRenderer(session.defaultSession, settings.renderer);
  showMenu(settings);
  const keyring = await openKeyring(settings.home);
  const print = createPrinter(settings.home);
  const awake = stayAwake();
  let window: BrowserWindow | undefined;

  const engine = startEngine(settings, keyring.passphrases, {
    lost: () => {
      if (window !== undefined && !window.isDestroyed()) window.webContents.send(channels.lost);
    },
    running: (sites) => awake(sites.length > 0),
    print: (notice, answer) => {
      print(notice.call).then(
        (value) => answer({ type: 'printed', id: notice.id, result: { value: value ?? null } }),
        (error: unknown) => answer({ type: 'printed', id: notice.id, result: { problem: String(error) } }),
      );
    },
    failed: (problem) => {
      const locale = shellLocale();
      dialog.showErrorBox(say(locale, text('desktop.engine.title')), problem);
    },
  });

  answerWindow(() => window, engine, keyring);
  const open = () => {
    window = openWindow({ settings, running: engine.running });
  };
  app.on('second-instance', () => {
    if (window === undefined || window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  endInOrder(engine.stop);
  open();
}

/** The program ends with its window; the engine is given the time to end its runs in order. */
function endInOrder(stop: () => Promise<void>): void {
  let stopped = false;
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void stop().finally(() => {
      stopped = true;
      app.quit();
    });
  });
}

/** Keeps the machine from sleeping while a run is at work; the display may. */
function stayAwake(): (wanted: boolean) => void {
  let blocker: number | undefined;
  return (wanted) => {
    if (wanted && blocker === undefined) blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (wanted || blocker === undefined) return;
    powerSaveBlocker.stop(blocker);
    blocker = undefined;
  };
}

/** No menu, so no shortcuts for tools; macOS needs one to copy and paste. */
function showMenu(settings: Settings): void {
  if (process.platform !== 'darwin' && !settings.developer) {
    Menu.setApplicationMenu(null);
    return;
  }
  const roles = ['appMenu', 'editMenu', 'windowMenu'] as const;
  const items = settings.developer ? [...roles, 'viewMenu' as const] : roles;
  Menu.setApplicationMenu(Menu.buildFromTemplate(items.map((role) => ({ role }))));
}
