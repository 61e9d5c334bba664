/** The part of Electron's interface that the shell uses; optional members are missing from older runtimes. */
declare module 'electron' {
  import type { EventEmitter } from 'node:events';

  type Event = { preventDefault(): void };

  class MessagePortMain extends EventEmitter {
    on(event: 'message', listener: (event: { readonly data: unknown }) => void): this;
    on(event: 'close', listener: () => void): this;
    postMessage(message: unknown, transfer?: MessagePortMain[]): void;
    start(): void;
    close(): void;
  }
  class MessageChannelMain {
    readonly port1: MessagePortMain;
    readonly port2: MessagePortMain;
  }

  type WebFrameMain = { readonly url: string };
  type IpcMainEvent = { readonly sender: WebContents; readonly senderFrame: WebFrameMain | null };
  type IpcMainInvokeEvent = IpcMainEvent;
  const ipcMain: {
    handle(channel: string, listener: (event: IpcMainInvokeEvent, ...values: unknown[]) => unknown): void;
    on(channel: string, listener: (event: IpcMainEvent, ...values: unknown[]) => void): void;
  };
  const ipcRenderer: {
    send(channel: string, ...values: unknown[]): void;
    invoke(channel: string, ...values: unknown[]): Promise<never>;
    on(channel: string, listener: (event: { readonly ports: readonly unknown[] }) => void): void;
  };
  const contextBridge: { exposeInMainWorld(name: string, value: object): void };

  type WebPreferences = {
    readonly sandbox?: boolean;
    readonly contextIsolation?: boolean;
    readonly nodeIntegration?: boolean;
    readonly nodeIntegrationInWorker?: boolean;
    readonly nodeIntegrationInSubFrames?: boolean;
    readonly webSecurity?: boolean;
    readonly allowRunningInsecureContent?: boolean;
    readonly webviewTag?: boolean;
    readonly spellcheck?: boolean;
    readonly navigateOnDragDrop?: boolean;
    readonly devTools?: boolean;
    readonly preload?: string;
    readonly session?: Session;
  };

  interface WebContents extends EventEmitter {
    readonly mainFrame: WebFrameMain;
    readonly session: Session;
    on(event: 'will-attach-webview' | 'will-navigate' | 'will-redirect', listener: (event: Event) => void): this;
    on(event: 'render-process-gone', listener: (event: Event, details: { readonly reason: string }) => void): this;
    setWebRTCIPHandlingPolicy(policy: 'disable_non_proxied_udp'): void;
    setWindowOpenHandler(handler: () => { action: 'deny' }): void;
    postMessage(channel: string, message: unknown, transfer?: MessagePortMain[]): void;
    send(channel: string, ...values: unknown[]): void;
    executeJavaScript(code: string): Promise<unknown>;
    forcefullyCrashRenderer(): void;
    getURL(): string;
    isDevToolsOpened(): boolean;
    openDevTools(): void;
    printToPDF(options: object): Promise<Buffer>;
    reload(): void;
  }

  class BrowserWindow {
    constructor(options: {
      readonly width?: number;
      readonly height?: number;
      readonly minWidth?: number;
      readonly minHeight?: number;
      readonly show?: boolean;
      readonly backgroundColor?: string;
      readonly webPreferences?: WebPreferences;
    });
    static getAllWindows(): BrowserWindow[];
    readonly webContents: WebContents;
    on(event: 'close', listener: (event: Event) => void): this;
    once(event: 'ready-to-show', listener: () => void): this;
    close(): void;
    destroy(): void;
    focus(): void;
    isDestroyed(): boolean;
    isMinimized(): boolean;
    loadURL(url: string): Promise<void>;
    restore(): void;
    show(): void;
  }

  type WebRequest = { readonly url: string };
  interface Session extends EventEmitter {
    readonly protocol: { handle(scheme: string, handler: (request: Request) => Response | Promise<Response>): void };
    readonly webRequest: {
      onBeforeRequest(listener: (details: WebRequest, answer: (response: { cancel: boolean }) => void) => void): void;
    };
    setPermissionRequestHandler(
      handler: (contents: WebContents, permission: string, answer: (granted: boolean) => void) => void,
    ): void;
    setPermissionCheckHandler(handler: (contents: WebContents | null, permission: string) => boolean): void;
    setDevicePermissionHandler(handler: () => boolean): void;
    setSpellCheckerEnabled(enabled: boolean): void;
    isSpellCheckerEnabled(): boolean;
    setSpellCheckerDictionaryDownloadURL(url: string): void;
    on(event: 'will-download', listener: (event: Event, item: { getURL(): string }) => void): this;
  }
  const session: { readonly defaultSession: Session; fromPartition(name: string): Session };

  const protocol: {
    registerSchemesAsPrivileged(
      schemes: {
        readonly scheme: string;
        readonly privileges: { readonly standard: boolean; readonly secure: boolean };
      }[],
    ): void;
  };

  const app: {
    readonly commandLine: { appendSwitch(name: string, value?: string): void; getSwitchValue(name: string): string };
    readonly isPackaged: boolean;
    configureHostResolver(options: { enableBuiltInResolver: boolean; secureDnsMode: 'off' }): void;
    enableSandbox(): void;
    exit(code: number): void;
    getLocale(): string;
    on(event: 'session-created', listener: (session: Session) => void): void;
    on(event: 'web-contents-created', listener: (event: Event, contents: WebContents) => void): void;
    on(event: 'second-instance' | 'window-all-closed', listener: () => void): void;
    on(event: 'will-quit', listener: (event: Event) => void): void;
    quit(): void;
    requestSingleInstanceLock(): boolean;
    setPath(name: 'userData', path: string): void;
    whenReady(): Promise<void>;
  };

  type MessageBox = {
    readonly type: 'warning' | 'error';
    readonly message: string;
    readonly detail: string;
    readonly buttons?: readonly string[];
    readonly defaultId?: number;
    readonly cancelId?: number;
    readonly noLink?: boolean;
  };
  const dialog: {
    showErrorBox(title: string, content: string): void;
    showMessageBox(window: BrowserWindow, options: MessageBox): Promise<{ response: number }>;
    showOpenDialog(
      window: BrowserWindow,
      options: {
        readonly properties: readonly ('openFile' | 'openDirectory' | 'multiSelections')[];
        readonly filters?: readonly { readonly name: string; readonly extensions: readonly string[] }[];
      },
    ): Promise<{ canceled: boolean; filePaths: string[] }>;
    showSaveDialog(
      window: BrowserWindow,
      options: { readonly defaultPath: string },
    ): Promise<{ canceled: boolean; filePath?: string }>;
  };

  const Menu: {
    buildFromTemplate(items: readonly { readonly role: string }[]): object;
    getApplicationMenu(): object | null;
    setApplicationMenu(menu: object | null): void;
  };

  const powerSaveBlocker: {
    start(type: 'prevent-app-suspension'): number;
    stop(id: number): void;
    isStarted(id: number): boolean;
  };

  const safeStorage: {
    isEncryptionAvailable(): boolean;
    encryptString(words: string): Buffer;
    decryptString(sealed: Buffer): string;
    isAsyncEncryptionAvailable?(): Promise<boolean>;
    encryptStringAsync?(words: string): Promise<Buffer>;
    decryptStringAsync?(sealed: Buffer): Promise<{ result: string }>;
    getSelectedStorageBackend?(): string;
  };

  const utilityProcess: {
    fork(
      script: string,
      values: readonly string[],
      options: { readonly serviceName: string; readonly stdio: 'inherit' },
    ): {
      postMessage(message: unknown, transfer?: MessagePortMain[]): void;
      on(event: 'message', listener: (message: unknown) => void): void;
      once(event: 'exit', listener: (code: number) => void): void;
      kill(): boolean;
    };
  };
}
