import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Programs that tests and benchmarks build once, by `go install` of a fixed version. */
const programs = {
  registry: 'github.com/distribution/distribution/v3/cmd/registry@v3.1.2',
  crane: 'github.com/google/go-containerregistry/cmd/crane@v0.22.1',
  oras: 'oras.land/oras/cmd/oras@v1.3.6',
  regctl: 'github.com/regclient/regclient/cmd/regctl@v0.11.7',
} as const;
export type GoProgram = keyof typeof programs;

/**
 * Path of a program in the account's cache folder; built at the first call, which takes a minute or two.
 * Throws with the reason where there is no Go or no module source.
 */
export async function goProgram(name: GoProgram): Promise<string> {
  const version = programs[name].split('@')[1]!;
  const home = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sitewright-test', 'go');
  const program = join(home, `${name}-${version}`);
  if (existsSync(program)) return program;
  await mkdir(home, { recursive: true });
  // Built aside, then put in place at once: another test may be building the same.
  const aside = await mkdtemp(join(home, 'build-'));
  try {
    const env = { ...process.env, GOBIN: aside, GOFLAGS: '-buildvcs=false', CGO_ENABLED: '0' };
    await promisify(execFile)('go', ['install', programs[name]], { env, timeout: 600_000 });
    await rename(join(aside, name), program);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return program;
}
