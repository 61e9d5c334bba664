import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type DesktopRoom, openDesktopRoom } from '../kit/desktop.ts';
import { type Desktop, launchOptions } from '../kit/electron.ts';

/** The lock of every line of docs/desktop.md, in the running program. */
const room = await openDesktopRoom();
const skip = 'skipped' in room ? room.skipped : false;
let desktop: Desktop;
let arrived = 0;
const server = createServer((_request, response) => {
  arrived += 1;
  response.end('reached');
});
let outside = '';

before(async () => {
  if (skip !== false) return;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  outside = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  desktop = await (room as DesktopRoom).start();
});
after(async () => {
  server.close();
  await desktop?.close();
  if (!('skipped' in room)) room.close();
});

/** Status of an address loaded by the shell itself in a window of its own; the error's words where it was refused. */
async function loaded(address: string): Promise<number | string> {
  return await desktop.app.evaluate(async ({ BrowserWindow }, url) => {
    const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true } });
    const status = new Promise<number>((resolve) =>
      window.webContents.once('did-navigate', (_event: unknown, _url: string, code: number) => resolve(code)),
    );
    try {
      await window.loadURL(url);
      return await status;
    } catch (error) {
      return String(error);
    } finally {
      window.destroy();
    }
  }, address);
}

/** Runs words in a page of the program's own scheme that has no policy: what is left is the shell's own lock. */
async function withoutPolicy(words: string): Promise<unknown> {
  return await desktop.app.evaluate(async ({ BrowserWindow }, code) => {
    const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true } });
    try {
      await window.loadURL('app://sitewright/icon.svg');
      return await window.webContents.executeJavaScript(code);
    } finally {
      window.destroy();
    }
  }, words);
}

test('the wizard is served from app:// with a strict policy, and nothing of another origin runs', {
  skip,
}, async () => {
  const response = await desktop.page.reload();
  assert.equal(desktop.page.url(), 'app://sitewright/');
  const policy = response?.headers()['content-security-policy'] ?? '';
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "font-src 'self'",
  ])
    assert.ok(policy.split('; ').includes(part), `${part} in ${policy}`);
  assert.match(policy, /style-src 'self' 'nonce-[A-Za-z0-9+/=]{20,}'(;|$)/);
  const inline = await desktop.page.evaluate(`(() => {
    const script = document.createElement('script');
    script.textContent = 'window.inlineRan = true';
    document.body.append(script);
    const style = document.createElement('style');
    style.textContent = 'body { outline: 7px solid red }';
    document.head.append(style);
    return { ran: window.inlineRan === true, outline: getComputedStyle(document.body).outlineWidth };
  })()`);
  assert.deepEqual(inline, { ran: false, outline: (inline as { outline: string }).outline });
  assert.notEqual((inline as { outline: string }).outline, '7px');
});

test('the Chinese letters of the wizard come from app://, too', { skip }, async () => {
  const faces = await desktop.page.evaluate(`document.fonts.load('700 1em "Noto Sans SC"', '中')
    .then((faces) => faces.map((face) => face.status))`);
  assert.deepEqual(faces, ['loaded']);
});

test('no path leads out of the folder of the wizard', { skip }, async () => {
  assert.equal(await loaded('app://sitewright/index.html'), 200);
  for (const path of [
    '/../../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/..%5c..%5c..%5cpackage.json',
    '/%E0%A4%A',
    '/.sources',
    '/nothing.html',
  ])
    assert.equal(await loaded(`app://sitewright${path}`), 404, path);
  // This one is no address at all.
  assert.match(String(await loaded('app://sitewright/%00/index.html')), /404|ERR_INVALID_URL/);
  assert.equal(await loaded('app://other/index.html'), 404);
});

test('nothing but app:// is ever loaded: no file, no host, by no means', { skip }, async () => {
  for (const address of ['file:///etc/passwd', `http://${outside}/`, 'https://example.org/', 'ftp://127.0.0.1/'])
    assert.match(String(await loaded(address)), /ERR_|Error/, address);
  const tried = `(async () => {
    const result = {};
    const note = async (name, work) => { try { await work(); result[name] = 'reached'; } catch (error) { result[name] = 'refused'; } };
    await note('fetch', () => fetch('http://${outside}/', { mode: 'no-cors' }));
    await note('file', () => fetch('file:///etc/passwd'));
    await note('socket', () => new Promise((done, fail) => {
      const socket = new WebSocket('ws://${outside}/');
      socket.onopen = done;
      socket.onerror = fail;
    }));
    await note('image', () => new Promise((done, fail) => {
      const image = new Image();
      image.onload = done;
      image.onerror = fail;
      image.src = 'http://${outside}/a.png';
    }));
    navigator.sendBeacon('http://${outside}/');
    return result;
  })()`;
  const refused = { fetch: 'refused', file: 'refused', socket: 'refused', image: 'refused' };
  assert.deepEqual(await desktop.page.evaluate(tried), refused);
  assert.deepEqual(await withoutPolicy(tried), refused);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(arrived, 0, 'a request left the program');
});

test('WebRTC sends nothing', { skip }, async () => {
  let packets = 0;
  const socket = createSocket('udp4', () => {
    packets += 1;
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const words = `(async () => {
    const connection = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:${socket.address().port}' }] });
    connection.createDataChannel('x');
    await connection.setLocalDescription(await connection.createOffer());
    await new Promise((resolve) => setTimeout(resolve, 1000));
    connection.close();
  })()`;
  await desktop.page.evaluate(words);
  await withoutPolicy(words);
  socket.close();
  assert.equal(packets, 0);
});

test('the window cannot be led away, and opens no other', { skip }, async () => {
  const { page, app } = desktop;
  for (const address of ['file:///etc/passwd', `http://${outside}/`, 'app://sitewright/icon.svg']) {
    await page
      .evaluate(
        (url) => void Object.assign((globalThis as never as { location: object }).location, { href: url }),
        address,
      )
      .catch(() => undefined);
    await page.waitForTimeout(150);
    assert.equal(page.url(), 'app://sitewright/', address);
  }
  const opened = await page.evaluate(
    `[window.open('http://${outside}/'), window.open('app://sitewright/'), window.open('about:blank')].every((one) => one === null)`,
  );
  assert.equal(opened, true);
  await page.evaluate(`(() => {
    const link = document.createElement('a');
    link.href = 'http://${outside}/';
    link.target = '_blank';
    document.body.append(link);
    link.click();
    link.remove();
    document.body.append(document.createElement('webview'));
  })()`);
  await page.waitForTimeout(150);
  assert.equal(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length), 1);
  assert.equal(arrived, 0);
});

test('no permission is granted but that to copy text', { skip }, async () => {
  const states = await desktop.page.evaluate(`(async () => {
    const asked = {};
    for (const name of ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi'])
      asked[name] = (await navigator.permissions.query({ name }).catch(() => ({ state: 'denied' }))).state;
    asked.media = await navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'granted', () => 'denied');
    asked.notice = await Notification.requestPermission();
    asked.place = await new Promise((done) => navigator.geolocation.getCurrentPosition(() => done('granted'), () => done('denied')));
    asked.copy = (await navigator.permissions.query({ name: 'clipboard-write' })).state;
    return asked;
  })()`);
  const { copy, ...others } = states as Record<string, string>;
  assert.deepEqual([...new Set(Object.values(others))], ['denied'], JSON.stringify(others));
  assert.equal(copy, 'granted');
});

test('the page has no Node, and the bridge is all that it gets', { skip }, async () => {
  const seen = await desktop.page.evaluate(`({
    node: ['require', 'process', 'module', 'Buffer', 'global', 'setImmediate', 'electron'].filter((name) => typeof window[name] !== 'undefined'),
    bridge: Object.keys(window.sitewright),
  })`);
  assert.deepEqual(seen, { node: [], bridge: ['connect', 'call'] });
  const preferences = await desktop.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    const contents = window!.webContents as never as { getLastWebPreferences(): Record<string, unknown> };
    return contents.getLastWebPreferences();
  });
  const wanted = {
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    allowRunningInsecureContent: false,
  };
  for (const [name, value] of Object.entries(wanted)) assert.equal(preferences[name] ?? false, value, name);
});

test('the sandbox is asked for everywhere; no spell checker, no developer tools, no name resolves', {
  skip,
}, async () => {
  const state = await desktop.app.evaluate(async ({ app, BrowserWindow, Menu, session }) => {
    const [window] = BrowserWindow.getAllWindows();
    const { webContents } = window!;
    webContents.openDevTools();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const wanted = (globalThis as { sandboxWanted?: boolean }).sandboxWanted;
    return {
      // As root, Chromium cannot have its sandbox: that it was asked for is what can be seen.
      sandbox: wanted ?? !(app.commandLine as never as { hasSwitch(name: string): boolean }).hasSwitch('no-sandbox'),
      speller: session.defaultSession.isSpellCheckerEnabled(),
      tools: webContents.isDevToolsOpened(),
      menu: process.platform !== 'darwin' && Menu.getApplicationMenu() !== null,
      names: app.commandLine.getSwitchValue('host-resolver-rules'),
    };
  });
  assert.deepEqual(state, { sandbox: true, speller: false, tools: false, menu: false, names: 'MAP * ~NOTFOUND' });
});

test('a message of another window, an unknown call or wrong arguments are refused', { skip }, async () => {
  const { page, app } = desktop;
  const call = (name: string, input: unknown) =>
    page.evaluate(
      async ([one, two]) => {
        try {
          return await globalThis.sitewright.call(one as never, two as never);
        } catch (error) {
          return String(error);
        }
      },
      [name, input] as const,
    );
  assert.deepEqual(await call('keyring', {}), { available: false, sites: [] });
  for (const [name, input] of [
    ['readFile', { path: '/etc/passwd' }],
    ['__proto__', {}],
    ['toString', {}],
    ['keyring', { more: 1 }],
    ['keyring', null],
    ['openFile', { extensions: ['../x'] }],
    ['openFile', {}],
    ['saveFile', { name: '../../x', contentBase64: '' }],
    ['saveFile', { name: 'x', contentBase64: 'not base64!' }],
    ['rememberPassphrase', { site: '', passphrase: 'x' }],
  ] as const)
    assert.match(String(await call(name, input)), /Error/, `${name} ${JSON.stringify(input)}`);

  const built = fileURLToPath(new URL('../../dist/desktop/preload.cjs', import.meta.url));
  const stranger = await app.evaluate(async ({ BrowserWindow }, preload) => {
    const window = new BrowserWindow({
      show: false,
      webPreferences: { preload, sandbox: true, contextIsolation: true },
    });
    await window.loadURL('app://sitewright/icon.svg');
    const answer = await window.webContents.executeJavaScript(`(async () => {
      const got = new Promise((done) => { addEventListener('message', () => done('a port')); setTimeout(() => done('nothing'), 500); });
      sitewright.connect();
      return { call: await sitewright.call('keyring', {}).then(() => 'answered', String), port: await got };
    })()`);
    window.destroy();
    return answer as { call: string; port: string };
  }, built);
  assert.match(stranger.call, /refused: not the page of this program/);
  assert.equal(stranger.port, 'nothing');
});

test('without a real keyring no passphrase is kept', { skip }, async () => {
  const answer = await desktop.page.evaluate(() =>
    globalThis.sitewright.call('rememberPassphrase', { site: 'a', passphrase: 'b' }),
  );
  assert.deepEqual(answer, { kept: false });
});

test('a second start on the same data folder is refused, and the first goes on', { skip }, async () => {
  const { executablePath, args, env } = launchOptions(room as DesktopRoom);
  const own = args.slice(2);
  const second = spawn(executablePath, ['--no-sandbox', ...own], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  second.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  const limit = setTimeout(() => second.kill('SIGKILL'), 20_000);
  const code = await new Promise((resolve) => second.on('close', resolve));
  clearTimeout(limit);
  assert.equal(code, 2, said);
  assert.ok(said.includes((room as DesktopRoom).home), said);
  assert.equal(await desktop.page.evaluate('document.readyState'), 'complete');
});
