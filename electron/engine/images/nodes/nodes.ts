import { asSitewrightError, SitewrightError } from '../../../contract/errors.ts';
import type { NodeImportReport } from '../../../contract/images.ts';
import type { Host, Site } from '../../../contract/site.ts';
import { text } from '../../../contract/text.ts';
import type { Bundle } from '../../bundle/bundle.ts';
import type { ReleaseImage } from '../../bundle/release.ts';
import { runsContainers } from '../../checks/plan.ts';
import type { RemoteHost } from '../../drivers/ssh/host.ts';
import { createLimit } from '../../drivers/ssh/limit.ts';
import { createSshPool } from '../../drivers/ssh/pool.ts';
import { scriptFolder } from '../../drivers/ssh/scripts.ts';
import { tunnelOf } from '../../drivers/ssh/tunnel.ts';
import type { Engine } from '../../engine.ts';
import { maskValue } from '../../evidence/mask.ts';
import { importImages } from './import.ts';
import { isReady, type NodeImport, planNodeImport } from './plan.ts';
import { nodeNames } from './references.ts';
import { imageForNode, type NodeImage } from './select.ts';
import { anySocket, type NodeState, readNodeState } from './state.ts';

/** Nodes that are filled at once. They share the laptop's line evenly: each takes its next piece when it has taken the last. */
const nodesAtOnce = 4;

/** A node asked: what it has, what the images need there, and what it lacks of that. */
export type AskedNode = { readonly state: NodeState; readonly images: readonly NodeImage[]; readonly plan: NodeImport };

/** Asks a node and compares. Errors: those of `readNodeState` and `imageForNode`. */
export async function askNode(options: {
  readonly remote: RemoteHost;
  readonly host: Pick<Host, 'containerd'>;
  readonly site: Pick<Site, 'registry'>;
  readonly bundle: Bundle;
  readonly images: readonly ReleaseImage[];
  readonly signal: AbortSignal;
}): Promise<AskedNode> {
  const { remote, host, site, bundle, signal } = options;
  const state = await readNodeState(remote, host.containerd ?? anySocket, signal);
  const images: NodeImage[] = [];
  for (const image of options.images)
    images.push(await imageForNode(bundle, image, nodeNames(image, site), state.architecture));
  return { state, images, plan: planNodeImport(images, state) };
}

/** Names of an image from which pods could not start on a node. */
export function lackingNames(image: NodeImage, state: NodeState): readonly string[] {
  return image.names.filter((name) => !isReady(image, name, state));
}

/**
 * Brings a bundle's images into nodes of a site, without a walk: all that run containers unless some are named. A node that
 * fails does not stop the others; the journal keeps what was done on each. Errors: usage-invalid, those of the bundle.
 */
export async function importIntoNodes(
  engine: Pick<Engine, 'options' | 'openUnlocked' | 'signedBundle'>,
  request: {
    readonly site: string;
    readonly bundle: readonly string[];
    readonly hosts?: readonly string[] | undefined;
  },
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly NodeImportReport[]> {
  const opened = engine.openUnlocked(request.site);
  const site = opened.site();
  const { audit, vault } = opened.unlocked();
  const named = request.hosts ?? site.hosts.filter(runsContainers).map(({ name }) => name);
  const hosts = named.map((name) => {
    const host = site.hosts.find((candidate) => candidate.name === name);
    if (host === undefined)
      throw new SitewrightError('usage-invalid', { problem: text('usage.host-unknown', { host: name }) });
    return host;
  });
  const bundle = await engine.signedBundle(request.bundle, request.site);
  const secret = (host: Host) => vault.get(host.credential);
  const trust = opened.store.hostKeys;
  const tunnel = tunnelOf(site, { secret, trust, signal });
  const pool = createSshPool({ secret, trust, scripts: scriptFolder(engine.options.scripts), signal, tunnel });
  const limit = createLimit(nodesAtOnce);

  const fill = async (host: Host): Promise<NodeImportReport> => {
    const remote = await pool.connect(host);
    const ask = () => askNode({ remote, host, site, bundle, images: bundle.images, signal });
    const { state, plan } = await ask();
    const result = await importImages({ remote, state, bundle, plan, signal, progress: () => undefined });
    const after = await ask();
    const missing = after.images.flatMap((image) => lackingNames(image, after.state));
    const { blobs, bytesSent, bytesPresent, seconds } = result;
    return {
      ...{ host: host.name, containerd: state.version, images: after.images.length },
      ...{ blobs, bytesSent, bytesPresent, seconds, complete: missing.length === 0, missing },
    };
  };
  try {
    return await Promise.all(
      hosts.map((host) =>
        limit(async () => {
          audit.append('images', host.name, { event: 'node-import', bundle: bundle.digest });
          const report = await fill(host).catch((thrown: unknown): NodeImportReport => {
            const error = asSitewrightError(thrown);
            if (error.code === 'internal') throw error;
            const nothing = { containerd: '', images: 0, blobs: 0, bytesSent: 0, bytesPresent: 0, seconds: 0 };
            const view = { ...maskValue(error.view(), vault.mask), code: error.code };
            return { host: host.name, ...nothing, complete: false, missing: [], error: view };
          });
          const { blobs, bytesSent, complete } = report;
          const outcome = report.error?.code ?? (complete ? 'complete' : 'incomplete');
          audit.append('images', host.name, { event: 'node-imported', blobs, bytesSent, outcome });
          return report;
        }),
      ),
    );
  } finally {
    await pool.close();
    tunnel?.close();
  }
}
