import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import type { KeptCommand } from '../../keeper.ts';
import type { Container, Pod } from '../model/pods.ts';
import type { ObjectStore } from '../store/store.ts';
import { declaredEnvironment, expand, machineEnvironment } from './environment.ts';
import type { Image } from './image/cache.ts';
import { pathMap } from './paths.ts';

/** The container cannot be made on this cluster. */
export class CreateProblem extends Error {}

/** What is run for a container, and which local port stands for each port that it declares. */
export type ContainerCommand = { readonly command: KeptCommand; readonly ports: Readonly<Record<string, number>> };

/** Makes the command of a container; `port` is the free local port that it is told to listen on. Errors: CreateProblem, ConfigProblem. */
export function containerCommand(parts: {
  readonly store: ObjectStore;
  readonly pod: Pod;
  readonly container: Container;
  readonly image: Image;
  readonly volumes: ReadonlyMap<string, string>;
  readonly nodeAddress: string;
  readonly port: number;
}): ContainerCommand {
  const { store, pod, container, image, volumes, port } = parts;
  const { Entrypoint, Cmd, WorkingDir } = image.config;
  const paths = pathMap(container, volumes, image.root);
  const declared = declaredEnvironment(store, pod, container, image.config, parts.nodeAddress);
  const words =
    container.command === undefined
      ? [...(Entrypoint ?? []), ...(container.args ?? Cmd ?? [])]
      : [...container.command, ...(container.args ?? [])];
  const [entry, ...args] = words.map((word) => expand(word, declared));
  if (entry === undefined) throw new CreateProblem('failed to generate container spec: no command specified');
  if (posix.basename(entry) !== 'node')
    throw new CreateProblem(`only node entry points run on the practice cluster (the container starts ${entry})`);
  const env = Object.fromEntries(Object.entries(declared).map(([name, value]) => [name, paths.ofVolumes(value)]));
  const folder = container.workingDir ?? WorkingDir ?? '/';
  const cwd = paths.ofFolder(folder === '' ? '/' : folder);
  if (!existsSync(cwd))
    throw new CreateProblem(
      `failed to create containerd task: chdir to cwd ("${folder}") failed: no such file or directory`,
    );
  // A container has one local port here; every port that it declares leads to it.
  const numbers = [...(container.ports ?? []).map((each) => each.containerPort), Number(declared.PORT)].filter(
    (number) => Number.isInteger(number) && number > 0,
  );
  return {
    command: {
      file: { node: true },
      args: args.map(paths.ofArgument),
      env: { ...env, HOST: '127.0.0.1', PORT: String(port), ...machineEnvironment() },
      cwd,
    },
    ports: Object.fromEntries(numbers.map((number) => [String(number), port])),
  };
}
