import { app, type Session, type WebContents } from 'electron';
import { appOrigin } from '../contract/shell-channels.ts';

/** The one permission that a page gets: to copy text after a click. */
const granted = 'clipboard-sanitized-write';

/** Before the program is ready: sandbox everywhere, no traffic of Chromium's own, no name that resolves. */
export function lockDownProgram(): void {
  app.enableSandbox();
  for (const name of ['disable-background-networking', 'disable-component-update', 'disable-domain-reliability'])
    app.commandLine.appendSwitch(name);
  // The window asks nothing of a network; the engine is another process with a resolver of its own.
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  app.on('session-created', lockDownSession);
  app.on('web-contents-created', (_event, contents) => lockDownContents(contents));
}

/** Whether a request stays inside of the program: its own scheme, and blobs that its own pages made. */
export function isOwnRequest(url: string): boolean {
  return url.startsWith('app://') || url.startsWith(`blob:${appOrigin}/`);
}

function lockDownSession(session: Session): void {
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isOwnRequest(details.url) }));
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(permission === granted));
  session.setPermissionCheckHandler((_contents, permission) => permission === granted);
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false);
  // Where a dictionary would come from; cancelled as any request that is not the program's own.
  session.setSpellCheckerDictionaryDownloadURL('app://none/');
  // A page may hand over what it made itself: the person is asked where to.
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${appOrigin}/`)) event.preventDefault();
  });
}

function lockDownContents(contents: WebContents): void {
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  // WebRTC speaks UDP by itself, past every filter of requests.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** After the program is ready: the built-in resolver would ask name servers by itself. */
export function turnOffResolver(): void {
  app.configureHostResolver({ enableBuiltInResolver: false, secureDnsMode: 'off' });
}

/** What every window of this program is made with. */
export const windowPreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  webviewTag: false,
  spellcheck: false,
  navigateOnDragDrop: false,
} as const;
