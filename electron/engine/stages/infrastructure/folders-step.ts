import { SitewrightError } from '../../../contract/errors.ts';
import { type Text, text } from '../../../contract/text.ts';
import { joinTexts } from '../../deploy/words.ts';
import type { FileStat, RemoteHost } from '../../drivers/ssh/host.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import { clauses, type Folder, type FoldersInput } from './model.ts';

/** Data folders of a host with owner and mode. What lies in them is never touched. */
export const foldersStep: StepKind<FoldersInput> = {
  inspect: async (context, input) => {
    const host = await hostOf(context, input.host);
    const found = await statAll(host, input.folders);
    return {
      satisfied: found.every(({ folder, stat }) => isAsWanted(folder, stat)),
      found: found.map(({ folder, stat }) => ({ path: folder.path, there: stat !== undefined })),
    };
  },
  apply: async (context, input) => {
    const host = await hostOf(context, input.host);
    for (const { path, mode, uid, gid } of input.folders) {
      context.signal.throwIfAborted();
      await host.makeFolder(path, { mode: Number.parseInt(mode, 8), uid, gid });
    }
  },
  verify: async (context, input) => {
    const started = performance.now();
    const found = await statAll(await hostOf(context, input.host), input.folders);
    const passed = found.every(({ folder, stat }) => isAsWanted(folder, stat));
    context.finding({
      check: 'infrastructure.folders',
      subject: input.host,
      title: text('infrastructure.finding.folders'),
      category: 'storage',
      clause: clauses.storage,
      qualification: 'IQ',
      mustPass: true,
      status: passed ? 'passed' : 'failed',
      expected: joinTexts(
        input.folders.map(({ path, uid, gid, mode }) => text('infrastructure.folder.state', { path, uid, gid, mode })),
      ),
      actual: joinTexts(found.map(({ folder, stat }) => stateOf(folder.path, stat))),
      evidence: [],
      durationMs: performance.now() - started,
    });
  },
};

type Found = { readonly folder: Folder; readonly stat: FileStat | undefined };

async function hostOf(context: StepContext, name: string): Promise<RemoteHost> {
  const host = context.site.hosts.find((candidate) => candidate.name === name);
  if (host === undefined)
    throw new SitewrightError('site-invalid', { file: context.site.name, problem: `hosts: ${name}` });
  return context.drivers.ssh(host);
}

async function statAll(host: RemoteHost, folders: readonly Folder[]): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const folder of folders) found.push({ folder, stat: await host.stat(folder.path) });
  return found;
}

function isAsWanted({ mode, uid, gid }: Folder, stat: FileStat | undefined): boolean {
  return (
    stat?.type === 'folder' && (stat.mode & 0o7777) === Number.parseInt(mode, 8) && stat.uid === uid && stat.gid === gid
  );
}

function stateOf(path: string, stat: FileStat | undefined): Text {
  if (stat?.type !== 'folder') return text('infrastructure.folder.absent', { path });
  return text('infrastructure.folder.state', {
    path,
    uid: stat.uid,
    gid: stat.gid,
    mode: `0${(stat.mode & 0o7777).toString(8)}`,
  });
}
