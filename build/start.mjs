// Starts the command line on a fresh clone: needs only Node 20 and npm. Installs what the lock file names, finds the
// Node 24 that comes with it, and runs there. `--run <file>` runs another script of the repository the same way.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const wanted = 24;
// How the engine's Node is started.
const engine = JSON.parse(readFileSync(join(root, 'build', 'engine-process.json'), 'utf8'));

function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.sitewright-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  process.stderr.write('安装依赖 / installing dependencies ...\n');
  // npm's own command line, run by this Node: no shell, the same on every system.
  const npm = process.env.npm_execpath;
  const command = npm ? [process.execPath, [npm]] : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
  const result = spawnSync(command[0], [...command[1], 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: npm === undefined && process.platform === 'win32',
  });
  if (result.status !== 0) {
    process.stderr.write(
      '依赖安装失败，请检查网络或 npm 缓存 / installing failed: check the network or the npm cache\n',
    );
    process.exit(3);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lock);
}

function findNode() {
  const require = createRequire(join(root, 'package.json'));
  const names = [
    `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
    `node-bin-${process.platform}-${process.arch}`,
  ];
  for (const name of names) {
    try {
      const folder = dirname(require.resolve(`${name}/package.json`));
      const file = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
      if (existsSync(file)) return file;
    } catch {
      // Not the package of this platform.
    }
  }
  if (Number(process.versions.node.split('.')[0]) >= wanted) return process.execPath;
  process.stderr.write(
    `此平台没有随附的 Node ${wanted}，请安装后重试 / no Node ${wanted} comes with this platform: install it and try again\n`,
  );
  process.exit(3);
}

/** Calls back once when the process that started this one is gone, even if it was killed. */
function whenOrphaned(then) {
  const parent = process.ppid;
  setInterval(() => {
    let gone = process.ppid !== parent;
    try {
      process.kill(parent, 0);
    } catch (error) {
      gone ||= error.code === 'ESRCH';
    }
    if (gone) then();
  }, 1000).unref();
}

install();
const [first, ...rest] = process.argv.slice(2);
const script =
  first === '--run'
    ? [join(root, rest[0]), ...rest.slice(1)]
    : [join(root, 'electron', 'cli', 'main.ts'), ...process.argv.slice(2)];
const node = findNode();
const shows = first === 'serve' || (first === 'start' && !rest.includes('--unattended'));
if (shows && !rest.includes('--help')) {
  const built = spawnSync(node, [join(root, 'build', 'renderer.ts')], { stdio: ['ignore', 2, 2] });
  if (built.status !== 0) process.exit(3);
}
const child = spawn(node, [...engine.flags, ...script], {
  // Compiled code is kept: a command starts in half the time.
  env: { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'), ...engine.environment, ...process.env },
  // The command line listens for this process's end. Other scripts do not, and one that loads a listener would never end.
  stdio: ['inherit', 'inherit', 'inherit', ...(first === '--run' ? [] : ['ipc'])],
});
// Ctrl-C reaches the whole group: the child ends in order, this waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => child.kill(signal === 'SIGINT' ? 'SIGTERM' : signal));
whenOrphaned(() => child.connected && child.disconnect());
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 130 : 1)));
