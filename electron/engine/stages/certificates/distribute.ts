import { createHash } from 'node:crypto';
import { SitewrightError } from '../../../contract/errors.ts';
import type { Host } from '../../../contract/site.ts';
import { text } from '../../../contract/text.ts';
import type { RemoteHost } from '../../drivers/ssh/host.ts';
import { isSameFile } from '../../drivers/ssh/same-file.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import type { FileSource, FilesInput, TrustInput } from './model.ts';
import { authoritiesOf, keyEntry, recordOf } from './records.ts';

/** Exit code of trust-ca.sh where the distribution's trust store is not known. */
const unknownStore = 3;

/** Files on a host: written where content or mode differ, compared afterwards. */
export const filesKind: StepKind<FilesInput> = {
  inspect: async (context, input) => {
    const remote = await reach(context, input.host);
    for (const file of input.files) {
      if (!(await isSameFile(remote, file.path, contentOf(context, file.source), file.mode)))
        return { satisfied: false };
    }
    return { satisfied: true };
  },
  apply: async (context, input) => {
    const remote = await reach(context, input.host);
    const gid = input.group === undefined ? 0 : await groupId(remote, input.group);
    await remote.makeFolder(input.folder, { mode: 0o755 });
    for (const file of input.files) {
      const content = contentOf(context, file.source);
      if (await isSameFile(remote, file.path, content, file.mode)) continue;
      await remote.writeFile(file.path, content, { mode: file.mode, uid: 0, gid });
      context.log('info', input.host, text('certificates.logWritten', { path: file.path }));
    }
  },
  verify: async (context, input) => {
    const remote = await reach(context, input.host);
    for (const file of input.files) await prove(remote, input.host, file.path, contentOf(context, file.source));
  },
};

/** The site's CA in a host's trust store. The fact tells that the store was rebuilt after the file was written. */
export const trustKind: StepKind<TrustInput> = {
  inspect: async (context, input) => {
    const content = contentOf(context, { from: 'authorities' });
    const known = storeFact(context, input);
    if (known?.sha256 !== sha256(content)) return { satisfied: false };
    return { satisfied: await isSameFile(await reach(context, input.host), input.path, content, 0o644) };
  },
  apply: async (context, input) => {
    const remote = await reach(context, input.host);
    const content = contentOf(context, { from: 'authorities' });
    await remote.makeFolder(input.path.slice(0, input.path.lastIndexOf('/')), { mode: 0o755 });
    await remote.writeFile(input.path, content, { mode: 0o644, uid: 0, gid: 0 });
    const result = await remote.script('trust-ca.sh', [input.path], { signal: context.signal });
    const said = (result.stdout.trim() || result.stderr.trim()).slice(0, 500);
    if (result.code !== 0 && result.code !== unknownStore) {
      throw new SitewrightError(
        'ssh-command-failed',
        { host: input.host, what: 'trust-ca.sh', code: result.code },
        { detail: result.stderr.trim() },
      );
    }
    context.facts.put(input.host, 'trust-store', { sha256: sha256(content), code: result.code, said });
  },
  verify: async (context, input) => {
    const started = performance.now();
    await prove(await reach(context, input.host), input.host, input.path, contentOf(context, { from: 'authorities' }));
    const known = storeFact(context, input);
    const trusted = known?.code === 0;
    context.finding({
      check: 'certificates.trust-store',
      subject: input.host,
      title: text('certificates.trustTitle'),
      category: 'certificates',
      clause: '11.2 证书准备',
      qualification: 'IQ',
      mustPass: false,
      status: trusted ? 'passed' : 'warning',
      expected: text('certificates.trustExpected'),
      actual: text(trusted ? 'certificates.trustActual' : 'certificates.trustUnknown', {
        path: input.path,
        said: known?.said ?? '',
      }),
      ...(trusted ? {} : { fix: { text: text('certificates.trustFix', { path: input.path }) } }),
      evidence: [],
      durationMs: performance.now() - started,
    });
  },
};

type StoreFact = { readonly sha256: string; readonly code: number; readonly said: string };

function storeFact(context: StepContext, input: TrustInput): StoreFact | undefined {
  return context.facts.get(input.host, 'trust-store') as StoreFact | undefined;
}

/** A host of the inventory, connected. */
export async function reach(context: StepContext, name: string): Promise<RemoteHost> {
  const host: Host | undefined = context.site.hosts.find((candidate) => candidate.name === name);
  if (host === undefined)
    throw new SitewrightError('site-invalid', { file: context.site.name, problem: `host ${name}` });
  return await context.drivers.ssh(host);
}

/** The file's content; an empty one means that an earlier step's record is gone, and must never reach a host. */
function contentOf(context: StepContext, source: FileSource): string {
  switch (source.from) {
    case 'authorities':
      return recorded(authoritiesOf(context).join(''), context.site.name);
    case 'chain':
      return recorded(recordOf(context, source.certificate)?.certificate ?? '', source.certificate);
    case 'key':
      return context.vault.get(keyEntry(source.certificate));
    case 'text':
      return source.content;
  }
}

function recorded(content: string, endpoint: string): string {
  if (content !== '') return content;
  throw new SitewrightError('certificate-invalid', { endpoint, problem: text('certificates.problemNoAuthority') });
}

async function prove(remote: RemoteHost, host: string, path: string, content: string): Promise<void> {
  const found = await remote.readFile(path);
  if (found?.equals(Buffer.from(content)) === true) return;
  const problem = text(found === undefined ? 'certificates.problemMissing' : 'certificates.problemDiffers', { path });
  throw new SitewrightError('certificate-invalid', { endpoint: host, problem });
}

/** Number of a group by its name; root's where the host does not know the group. */
async function groupId(remote: RemoteHost, group: string): Promise<number> {
  const { code, stdout } = await remote.exec(`id -g ${group}`);
  const id = Number(stdout.trim());
  return code === 0 && stdout.trim() !== '' && Number.isSafeInteger(id) ? id : 0;
}

const sha256 = (words: string): string => createHash('sha256').update(words).digest('hex');
