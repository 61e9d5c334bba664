import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { unpackDebianPackages } from '../../kit/debian.ts';
import { goProgram } from '../../kit/go.ts';
import type { Script } from './measure.ts';
import { type InsideSeconds, pushInside } from './running.ts';
import { type Release, sitewright } from './workload.ts';

/** Where a push goes. `authority` is a PEM file that vouches for a registry behind TLS. */
export type Target = { readonly url: string; readonly authority?: string };

/** A tool that brings images into a registry. */
export type Pusher = {
  readonly name: string;
  /** A whole release, as the tool's manual says: one command, or one for each image. */
  readonly push: (release: Release, to: Target) => Script;
  /** The same by a program that runs already, where the tool is one. */
  readonly pushInside?: (release: Release, to: Target) => Promise<InsideSeconds>;
};

const hostOf = (to: Target) => new URL(to.url).host;
const isPlain = (to: Target) => to.url.startsWith('http:');
const trusting = (to: Target): Record<string, string> =>
  to.authority === undefined ? {} : { SSL_CERT_FILE: to.authority };
/** One command per image: from its layout, where it is tagged `release`, to its place. */
const forEach = (release: Release, to: Target, command: (layout: string, place: string) => string) =>
  release.images
    .map(({ name, repository, tag }) =>
      command(join(release.folder, 'layouts', name), `${hostOf(to)}/${repository}:${tag}`),
    )
    .join('\n');

/** The command line that a person at the site uses. */
function ours(): Pusher {
  return {
    name: 'sitewright',
    push: ({ bundle }, to) => {
      const trust = isPlain(to) ? '--plain-http' : `--ca "${to.authority}"`;
      return {
        lines: `${sitewright} images push --bundle "${bundle}" --registry "${to.url}" ${trust} --json`,
        environment: { SITEWRIGHT_HOME: join(bundle, '..', '..', 'data') },
      };
    },
    pushInside,
  };
}

/** Debian's skopeo, one copy per image. */
async function skopeo(): Promise<Pusher> {
  const installed = '/usr/bin/skopeo';
  const unpacked = existsSync(installed)
    ? undefined
    : await unpackDebianPackages('skopeo', ['skopeo', 'libgpgme11', 'libassuan0', 'libdevmapper1.02.1']);
  const program = unpacked === undefined ? installed : join(unpacked.root, 'usr/bin/skopeo');
  const libraries: Record<string, string> =
    unpacked?.libraries === undefined ? {} : { LD_LIBRARY_PATH: unpacked.libraries };
  return {
    name: 'skopeo',
    push: (release, to) => ({
      lines: forEach(release, to, (layout, place) => {
        const trust = isPlain(to) ? '--dest-tls-verify=false' : '';
        return `"${program}" --insecure-policy copy -q ${trust} "oci:${layout}:release" "docker://${place}"`;
      }),
      environment: { ...trusting(to), ...libraries },
    }),
  };
}

async function crane(): Promise<Pusher> {
  const program = await goProgram('crane');
  return {
    name: 'crane',
    push: (release, to) => ({
      lines: forEach(
        release,
        to,
        (layout, place) => `"${program}" push ${isPlain(to) ? '--insecure' : ''} "${layout}" "${place}" 2>/dev/null`,
      ),
      environment: trusting(to),
    }),
  };
}

async function oras(): Promise<Pusher> {
  const program = await goProgram('oras');
  return {
    name: 'oras',
    push: (release, to) => ({
      lines: forEach(release, to, (layout, place) => {
        const plain = isPlain(to) ? '--to-plain-http' : '';
        return `"${program}" cp --no-tty --from-oci-layout ${plain} "${layout}:release" "${place}" >/dev/null`;
      }),
      environment: trusting(to),
    }),
  };
}

async function regctl(): Promise<Pusher> {
  const program = await goProgram('regctl');
  return {
    name: 'regctl',
    push: (release, to) => {
      const host = `--host "reg=${hostOf(to)},tls=${isPlain(to) ? 'disabled' : 'enabled'}"`;
      return {
        lines: forEach(
          release,
          to,
          (layout, place) => `"${program}" ${host} image copy "ocidir://${layout}:release" "${place}" >/dev/null`,
        ),
        environment: trusting(to),
      };
    },
  };
}

/** All of them, ours first. */
export async function allPushers(): Promise<readonly Pusher[]> {
  return [ours(), await skopeo(), await crane(), await oras(), await regctl()];
}
