import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Client, type ConnectConfig, type SFTPWrapper } from 'ssh2';
import { Agent, request } from 'undici';
import { openPractice, type PracticeSite, removePractice } from '../../../electron/practice/launch.ts';

export const secrets = Object.fromEntries(
  ['ssh', 'registry', 'database', 'cluster'].map((name) => [name, randomBytes(12).toString('base64url')]),
) as { ssh: string; registry: string; database: string; cluster: string };

export type TestSite = { readonly folder: string; readonly site: PracticeSite; readonly close: () => Promise<void> };

/** A practice site in a folder of its own, removed with everything at `close`. */
export async function testSite(): Promise<TestSite> {
  const folder = await mkdtemp(join(tmpdir(), 'practice-test-'));
  const site = await openPractice({ folder, secrets }).catch(async (error) => {
    process.stderr.write(await readFile(join(folder, 'practice.log'), 'utf8').catch(() => ''));
    throw error;
  });
  return {
    folder,
    site,
    close: async () => {
      await site.stop();
      await removePractice(folder);
    },
  };
}

/** An SSH client of a practice host, signed in. */
export function signIn(site: PracticeSite, name: string, change: ConnectConfig = {}): Promise<Client> {
  const host = site.ready.hosts.find((each) => each.name === name)!;
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    client.once('ready', () => resolve(client)).once('error', reject);
    // Without this, every small packet waits for the other side's delayed acknowledgement.
    const sock = connect({ host: host.address, port: host.port, noDelay: true }).on('error', reject);
    client.connect({ sock, username: host.user, password: secrets.ssh, ...change });
  });
}

export function run(
  client: Client,
  command: string,
  stdin = '',
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) return reject(error);
      let [stdout, stderr, code] = ['', '', -1];
      channel.on('data', (data: Buffer) => {
        stdout += data;
      });
      channel.stderr.on('data', (data: Buffer) => {
        stderr += data;
      });
      channel.on('exit', (status: number) => {
        code = status;
      });
      channel.on('close', () => resolve({ code, stdout, stderr }));
      channel.end(stdin);
    });
  });
}

/** Makes promises of SFTP's calls. */
export async function openSftp(client: Client) {
  const sftp = await new Promise<SFTPWrapper>((resolve, reject) =>
    client.sftp((error, made) => (error ? reject(error) : resolve(made))),
  );
  const call = <T>(work: (done: (error?: Error | null, result?: T) => void) => void) =>
    new Promise<T>((resolve, reject) => work((error, result) => (error ? reject(error) : resolve(result as T))));
  return { sftp, call };
}

/** Writes a file with rights, as an installer does: a partial one beside it, then a rename. */
export async function writeRemote(client: Client, path: string, content: string | Buffer, mode: number): Promise<void> {
  const { sftp, call } = await openSftp(client);
  const folder = path.split('/').slice(1, -1);
  for (let depth = 1; depth <= folder.length; depth += 1) {
    const part = `/${folder.slice(0, depth).join('/')}`;
    await call((done) => sftp.stat(part, done)).catch(() => call<void>((done) => sftp.mkdir(part, done)));
  }
  await call<void>((done) => sftp.writeFile(`${path}.partial`, content, { mode }, done));
  await call<void>((done) => sftp.chmod(`${path}.partial`, mode, done));
  await call<void>((done) => sftp.rename(`${path}.partial`, path, done));
  sftp.end();
}

/** A caller of the practice registry; certificates are looked at by tests that are about them. */
export function registryCaller(site: PracticeSite, password = secrets.registry) {
  const { url, user } = site.ready.registry;
  const agent = new Agent({ connect: { rejectUnauthorized: false } });
  return {
    close: () => agent.close(),
    async call(
      method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE',
      path: string,
      body?: Buffer | string,
      headers: Record<string, string> = {},
    ) {
      const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
      const target = path.startsWith('http') ? path : url + path;
      const answer = await request(target, {
        dispatcher: agent,
        method,
        headers: { authorization, ...headers },
        ...(body === undefined ? {} : { body }),
      });
      const content = Buffer.from(await answer.body.arrayBuffer());
      const json = () =>
        JSON.parse(content.toString('utf8')) as Record<string, never> & {
          errors: { code: string }[];
          tags: string[];
          repositories: string[];
        };
      return { status: answer.statusCode, headers: answer.headers as Record<string, string>, content, json };
    },
  };
}
