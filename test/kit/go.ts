import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { madeOnce } from './cache.ts';

/** Programs that tests and benchmarks build once, at a fixed version: `go install` makes them. */
const installed = {
  registry: 'github.com/distribution/distribution/v3/cmd/registry@v3.1.2',
  crane: 'github.com/google/go-containerregistry/cmd/crane@v0.22.1',
  oras: 'oras.land/oras/cmd/oras@v1.3.6',
  regctl: 'github.com/regclient/regclient/cmd/regctl@v0.11.7',
  crictl: 'sigs.k8s.io/cri-tools/cmd/crictl@v1.34.0',
} as const;

/** Modules that live inside the repository of Kubernetes, and are found there only by a replacement. */
const staging =
  `api apiextensions-apiserver apimachinery apiserver cli-runtime client-go cloud-provider cluster-bootstrap
  code-generator component-base component-helpers controller-manager cri-api cri-client csi-translation-lib
  dynamic-resource-allocation endpointslice externaljwt kms kube-aggregator kube-controller-manager kube-proxy kube-scheduler
  kubectl kubelet metrics mount-utils pod-security-admission sample-apiserver sample-cli-plugin sample-controller`.split(
    /\s+/,
  );

/** Those that `go install` refuses, as their modules replace or exclude others, or are not listed: a module of our own requires them. */
const required = {
  containerd: { module: 'github.com/containerd/containerd/v2', version: 'v2.1.4' },
  ctr: { module: 'github.com/containerd/containerd/v2', version: 'v2.1.4' },
  'containerd-shim-runc-v2': { module: 'github.com/containerd/containerd/v2', version: 'v2.1.4' },
  kubelet: { module: 'k8s.io/kubernetes', version: 'v1.34.2' },
  olareg: { module: 'github.com/olareg/olareg', version: 'v0.1.2' },
} as const;

export type GoProgram = keyof typeof installed | keyof typeof required;

/**
 * Path of a program in the account's cache folder; built at the first call, which takes a minute or two, and three for the
 * kubelet. Throws with the reason where there is no Go or no module source.
 */
export async function goProgram(name: GoProgram): Promise<string> {
  if (name in installed) {
    const source = installed[name as keyof typeof installed];
    return await cached(name, source.split('@')[1]!, (aside, env) => go(['install', source], { ...env, GOBIN: aside }));
  }
  const { module, version } = required[name as keyof typeof required];
  return await cached(name, version, async (aside, env) => {
    const minor = version.slice('v1.'.length);
    const replaced = staging.map((part) => `replace k8s.io/${part} => k8s.io/${part} v0.${minor}`);
    const lines = ['module sitewright.test', 'go 1.24', `require ${module} ${version}`];
    const content = [...lines, ...(name === 'kubelet' ? replaced : []), ''].join('\n');
    await writeFile(join(aside, 'go.mod'), content);
    // The kubelet of no version calls itself too old for what it talks to.
    const stamp = `-s -w -X k8s.io/component-base/version.gitVersion=${version}`;
    // What it does for one pod need not be quick; to make it quick would take longer than everything else.
    const unhurried = name === 'kubelet' ? ['-gcflags', 'all=-N -l'] : [];
    const out = ['-o', join(aside, name), `${module}/cmd/${name}`];
    await go(['build', '-mod=mod', ...unhurried, '-ldflags', stamp, ...out], env, aside);
  });
}

function cached(
  name: string,
  version: string,
  build: (aside: string, env: NodeJS.ProcessEnv) => Promise<void>,
): Promise<string> {
  const env = { ...process.env, GOFLAGS: '-buildvcs=false', CGO_ENABLED: '0' };
  return madeOnce(`go/${name}-${version}`, (aside) => build(aside, env), name);
}

async function go(args: readonly string[], env: NodeJS.ProcessEnv, cwd?: string): Promise<void> {
  await promisify(execFile)('go', args, { env, timeout: 1_200_000, maxBuffer: 16 * 1024 * 1024, ...(cwd && { cwd }) });
}
