import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import {
  type BrowserWindow,
  dialog,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
  ipcMain,
  MessageChannelMain,
} from 'electron';
import { type ShellCallName, type ShellHandlers, shellCalls } from '../contract/shell.ts';
import { appOrigin, channels } from '../contract/shell-channels.ts';
import type { EngineProcess } from './engine-process.ts';
import type { Keyring } from './keyring.ts';

/** Largest file that is read for the window, bytes. */
const fileLimit = 64 * 1024 * 1024;

/** Carries out what the window asks of the shell. Every message's sender is checked, every input and output parsed. */
export function answerWindow(window: () => BrowserWindow | undefined, engine: EngineProcess, keyring: Keyring): void {
  const handlers = shellHandlers(window, keyring);
  ipcMain.handle(channels.call, async (event, name: unknown, input: unknown) => {
    if (!isOwnPage(event, window())) throw new Error('refused: not the page of this program');
    if (typeof name !== 'string' || !Object.hasOwn(shellCalls, name)) throw new Error('no such call');
    const call = shellCalls[name as ShellCallName];
    const parsed = call.input.safeParse(input);
    if (!parsed.success) throw new Error(`${name}: ${parsed.error.issues.map((issue) => issue.message).join('; ')}`);
    const handle = handlers[name as ShellCallName] as (input: unknown) => Promise<unknown>;
    return call.output.parse(await handle(parsed.data));
  });
  ipcMain.on(channels.connect, (event) => {
    // There is no answer to refuse with: a stranger gets no port.
    if (!isOwnPage(event, window())) return;
    const { port1, port2 } = new MessageChannelMain();
    event.sender.postMessage(channels.port, null, [port1]);
    engine.connect(port2);
  });
}

/** Whether the sender is the main frame of the one window, showing the wizard's own page. */
function isOwnPage(event: IpcMainEvent | IpcMainInvokeEvent, window: BrowserWindow | undefined): boolean {
  const frame = event.senderFrame;
  return (
    window !== undefined &&
    !window.isDestroyed() &&
    event.sender === window.webContents &&
    frame !== null &&
    frame === window.webContents.mainFrame &&
    frame.url.startsWith(`${appOrigin}/`)
  );
}

function shellHandlers(window: () => BrowserWindow | undefined, keyring: Keyring): ShellHandlers {
  const current = (): BrowserWindow => {
    const shown = window();
    if (shown === undefined) throw new Error('no window');
    return shown;
  };
  return {
    chooseFolders: async () => {
      const { canceled, filePaths } = await dialog.showOpenDialog(current(), {
        properties: ['openDirectory', 'multiSelections'],
      });
      return canceled ? [] : filePaths;
    },
    openFile: async ({ extensions }) => {
      const { canceled, filePaths } = await dialog.showOpenDialog(current(), {
        properties: ['openFile'],
        filters: [{ name: extensions.map((one) => `*.${one}`).join(', '), extensions }],
      });
      const [file] = filePaths;
      if (canceled || file === undefined) return null;
      if (statSync(file).size > fileLimit) throw new Error(`${basename(file)} is larger than 64 MiB`);
      return { name: basename(file), contentBase64: readFileSync(file).toString('base64') };
    },
    saveFile: async ({ name, contentBase64 }) => {
      const { canceled, filePath } = await dialog.showSaveDialog(current(), { defaultPath: name });
      if (canceled || !filePath) return null;
      writeFileSync(filePath, Buffer.from(contentBase64, 'base64'), { mode: 0o600 });
      return { path: filePath };
    },
    keyring: async () => ({ available: keyring.available, sites: [...keyring.sites()] }),
    rememberPassphrase: async ({ site, passphrase }) => ({ kept: await keyring.remember(site, passphrase) }),
    forgetPassphrase: async ({ site }) => ({ forgotten: keyring.forget(site) }),
  };
}
