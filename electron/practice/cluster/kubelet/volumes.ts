import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Pod, Volume, VolumeItems } from '../model/pods.ts';
import type { ObjectStore } from '../store/store.ts';

/** A volume that cannot be made yet; the message is what the FailedMount event says. */
export class MountProblem extends Error {}

/** Makes the volumes of a pod below its folder; the result maps each volume's name to its local folder. */
export async function makeVolumes(
  store: ObjectStore,
  pod: Pod,
  folder: string,
  nodeRoot: string,
): Promise<ReadonlyMap<string, string>> {
  const made = new Map<string, string>();
  for (const volume of pod.spec.volumes ?? []) {
    try {
      made.set(volume.name, await makeVolume(store, pod, volume, join(folder, 'volumes', volume.name), nodeRoot));
    } catch (error) {
      if (error instanceof MountProblem)
        throw new MountProblem(`MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`);
      throw error;
    }
  }
  return made;
}

async function makeVolume(
  store: ObjectStore,
  pod: Pod,
  volume: Volume,
  folder: string,
  nodeRoot: string,
): Promise<string> {
  const { namespace } = pod.metadata;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (volume.configMap !== undefined) {
    const { name, optional, items } = volume.configMap;
    await writeKeys(folder, configMapData(store, namespace, name, optional), items, 0o644);
  } else if (volume.secret !== undefined) {
    const { secretName, optional, items } = volume.secret;
    await writeKeys(folder, secretData(store, namespace, secretName, optional), items, 0o600);
  } else if (volume.projected !== undefined) {
    for (const { configMap, secret } of volume.projected.sources) {
      if (configMap !== undefined)
        await writeKeys(
          folder,
          configMapData(store, namespace, configMap.name, configMap.optional),
          configMap.items,
          0o644,
        );
      if (secret !== undefined)
        await writeKeys(folder, secretData(store, namespace, secret.name, secret.optional), secret.items, 0o600);
    }
  } else if (volume.hostPath !== undefined) {
    return nodeFolder(nodeRoot, volume.hostPath.path, volume.hostPath.type === 'DirectoryOrCreate');
  } else if (volume.persistentVolumeClaim !== undefined) {
    const claim = store.get('PersistentVolumeClaim', namespace, volume.persistentVolumeClaim.claimName);
    const bound = store.get('PersistentVolume', undefined, claim?.spec.volumeName ?? '');
    if (bound === undefined) throw new MountProblem(`claim "${volume.persistentVolumeClaim.claimName}" is not bound`);
    if (bound.spec.local !== undefined) return nodeFolder(nodeRoot, bound.spec.local.path, false);
    return nodeFolder(nodeRoot, bound.spec.hostPath?.path ?? '', true);
  } else if (volume.emptyDir === undefined) {
    throw new MountProblem('this type of volume does not exist on the practice cluster');
  }
  return folder;
}

/** A path of the node as a folder on this machine. */
async function nodeFolder(root: string, path: string, make: boolean): Promise<string> {
  const folder = join(root, path);
  if (folder !== root && !folder.startsWith(root + sep)) throw new MountProblem(`path "${path}" leaves the node`);
  if (make) await mkdir(folder, { recursive: true });
  else if (!existsSync(folder)) throw new MountProblem(`path "${path}" does not exist`);
  return folder;
}

type Data = ReadonlyMap<string, Buffer>;

function configMapData(store: ObjectStore, namespace: string | undefined, name: string, optional = false): Data {
  const found = store.get('ConfigMap', namespace, name);
  if (found === undefined && !optional) throw new MountProblem(`configmap "${name}" not found`);
  const text = Object.entries(found?.data ?? {}).map(([key, value]) => [key, Buffer.from(value)] as const);
  const binary = Object.entries(found?.binaryData ?? {}).map(
    ([key, value]) => [key, Buffer.from(value, 'base64')] as const,
  );
  return new Map([...text, ...binary]);
}

function secretData(store: ObjectStore, namespace: string | undefined, name: string, optional = false): Data {
  const found = store.get('Secret', namespace, name);
  if (found === undefined && !optional) throw new MountProblem(`secret "${name}" not found`);
  return new Map(Object.entries(found?.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')]));
}

async function writeKeys(folder: string, data: Data, items: VolumeItems | undefined, mode: number): Promise<void> {
  for (const { key, path } of items ?? [...data.keys()].map((each) => ({ key: each, path: each }))) {
    const content = data.get(key);
    if (content === undefined) throw new MountProblem(`references non-existent config key: ${key}`);
    const file = join(folder, path);
    if (!file.startsWith(folder + sep)) throw new MountProblem(`path "${path}" leaves the volume`);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, content, { mode });
  }
}
