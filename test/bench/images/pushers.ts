import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackDebianPackages } from '../../kit/debian.ts';
import { goProgram } from '../../kit/go.ts';
import type { Script } from './measure.ts';
import type { WorkloadImage } from './workload.ts';

/** Where a push goes. `authority` is a PEM file that vouches for a registry behind TLS. */
export type Target = { readonly url: string; readonly authority?: string };

/** A tool that brings images into a registry. */
export type Pusher = {
  readonly name: string;
  /** Everything of a layout folder, as its manual says: one command, or one for each image. */
  readonly push: (layout: string, images: readonly WorkloadImage[], to: Target) => Script;
};

const hostOf = (to: Target) => new URL(to.url).host;
const isPlain = (to: Target) => to.url.startsWith('http:');
const trusting = (to: Target): Record<string, string> =>
  to.authority === undefined ? {} : { SSL_CERT_FILE: to.authority };
const forEach = (images: readonly WorkloadImage[], command: (image: WorkloadImage) => string) =>
  images.map(command).join('\n');
const tag = '4.2.0';

/** The engine, by the command line that a person at the site uses. */
function sitewright(bundleOf: (layout: string) => string): Pusher {
  const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
  const start = `"${process.execPath}" "${at('test/bench/images/ours.ts')}"`;
  return {
    name: 'sitewright',
    push: (layout, _images, to) => ({
      lines: `${start} "${bundleOf(layout)}" "${to.url}" "${to.authority ?? ''}"`,
    }),
  };
}

/** Debian's skopeo, one copy per image. */
async function skopeo(): Promise<Pusher> {
  const installed = '/usr/bin/skopeo';
  const program = existsSync(installed)
    ? installed
    : join((await unpackDebianPackages('skopeo', ['skopeo'])).root, 'usr/bin/skopeo');
  return {
    name: 'skopeo',
    push: (layout, images, to) => ({
      lines: forEach(images, ({ name, repository }) => {
        const trust = isPlain(to) ? '--dest-tls-verify=false' : '';
        const target = `docker://${hostOf(to)}/${repository}:${tag}`;
        return `"${program}" --insecure-policy copy -q ${trust} "oci:${layout}:${name}" "${target}"`;
      }),
      environment: trusting(to),
    }),
  };
}

async function crane(): Promise<Pusher> {
  const program = await goProgram('crane');
  return {
    name: 'crane',
    push: (layout, images, to) => ({
      lines: forEach(
        images,
        ({ name, repository }) =>
          `"${program}" push ${isPlain(to) ? '--insecure' : ''} "${layout}/layouts/${name}" "${hostOf(to)}/${repository}:${tag}" 2>/dev/null`,
      ),
      environment: trusting(to),
    }),
  };
}

async function oras(): Promise<Pusher> {
  const program = await goProgram('oras');
  return {
    name: 'oras',
    push: (layout, images, to) => ({
      lines: forEach(
        images,
        ({ name, repository }) =>
          `"${program}" cp --no-tty --from-oci-layout ${isPlain(to) ? '--to-plain-http' : ''} "${layout}:${name}" "${hostOf(to)}/${repository}:${tag}" >/dev/null`,
      ),
      environment: trusting(to),
    }),
  };
}

async function regctl(): Promise<Pusher> {
  const program = await goProgram('regctl');
  return {
    name: 'regctl',
    push: (layout, images, to) => {
      const host = `--host "reg=${hostOf(to)},tls=${isPlain(to) ? 'disabled' : 'enabled'}"`;
      return {
        lines: forEach(
          images,
          ({ name, repository }) =>
            `"${program}" ${host} image copy "ocidir://${layout}:${name}" "${hostOf(to)}/${repository}:${tag}" >/dev/null`,
        ),
        environment: trusting(to),
      };
    },
  };
}

/** All of them, ours first. `bundleOf` says where the bundle of a layout lies. */
export async function allPushers(bundleOf: (layout: string) => string): Promise<readonly Pusher[]> {
  return [sitewright(bundleOf), await skopeo(), await crane(), await oras(), await regctl()];
}
