import { contextBridge, ipcRenderer } from 'electron';
import type { ShellBridge } from '../contract/shell.ts';
import { channels } from '../contract/shell-channels.ts';

declare const window: { postMessage(message: string, origin: string, transfer?: readonly unknown[]): void };
declare const location: { readonly origin: string };

const bridge: ShellBridge = {
  connect: () => ipcRenderer.send(channels.connect),
  call: (name, input) => ipcRenderer.invoke(channels.call, name, input),
};
contextBridge.exposeInMainWorld('sitewright', bridge);

// A port cannot pass the bridge: it goes to the page as a message, to the page's own origin only.
for (const channel of [channels.port, channels.lost])
  ipcRenderer.on(channel, (event) => window.postMessage(channel, location.origin, [...event.ports]));
