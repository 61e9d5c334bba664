import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Container } from '../model/pods.ts';

/** Turns paths as the container knows them into paths of this machine; there is no chroot here. */
export type PathMap = {
  /** A value that is or starts with a volume's mount path; anything else stays. */
  readonly ofVolumes: (value: string) => string;
  /** As `ofVolumes`, also for files of the image, and for `--name=/path`. */
  readonly ofArgument: (value: string) => string;
  /** A folder of the container: in a volume or in the image. */
  readonly ofFolder: (path: string) => string;
};

export function pathMap(container: Container, volumes: ReadonlyMap<string, string>, imageRoot: string): PathMap {
  const mounts = (container.volumeMounts ?? [])
    .flatMap(({ name, mountPath, subPath }) => {
      const folder = volumes.get(name);
      return folder === undefined
        ? []
        : [{ from: mountPath.replace(/(.)\/+$/, '$1'), to: subPath === undefined ? folder : join(folder, subPath) }];
    })
    // The longest mount path wins, as a mount inside a mount does.
    .toSorted((one, other) => other.from.length - one.from.length);

  const inVolume = (path: string): string | undefined => {
    const mount = mounts.find(({ from }) => path === from || path.startsWith(`${from}/`));
    return mount === undefined ? undefined : join(mount.to, path.slice(mount.from.length));
  };
  const inImage = (path: string): string | undefined => {
    if (!path.startsWith('/') || path === '/') return undefined;
    const local = join(imageRoot, path);
    return local.startsWith(imageRoot) && existsSync(local) ? local : undefined;
  };
  const mapped = (value: string): string => inVolume(value) ?? inImage(value) ?? value;
  return {
    ofVolumes: (value) => inVolume(value) ?? value,
    ofArgument: (value) => {
      const option = /^(-[^=]+=)(\/.*)$/.exec(value);
      return option === null ? mapped(value) : `${option[1]}${mapped(option[2] ?? '')}`;
    },
    ofFolder: (path) => inVolume(path) ?? join(imageRoot, path),
  };
}
