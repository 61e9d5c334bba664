import { SitewrightError } from '../../contract/errors.ts';
import type { Site } from '../../contract/site.ts';
import type { ReleaseImage } from '../bundle/release.ts';
import type { KubernetesObject } from '../drivers/kubernetes/client.ts';
import { isRecord, type JsonRecord } from '../drivers/kubernetes/json.ts';
import { nameOf, referenceOf } from '../drivers/kubernetes/reference.ts';
import { withPodTemplate } from './podtemplate.ts';

/**
 * The host in the names of images that were put into the nodes themselves. `.invalid` never resolves (RFC 2606), so a node
 * that lacks one asks nobody outside the site for it.
 */
export const nodeImageHost = 'images.sitewright.invalid';

/** Host and port of the site's registry as image references name it; of a site without one, the name used on its nodes. */
export function registryHost(site: Pick<Site, 'registry'>): string {
  return site.registry === undefined ? nodeImageHost : new URL(site.registry.url).host;
}

/** `energy/api` -> `registry.example:5000/prefix/energy/api`. */
export function siteRepository(repository: string, site: Pick<Site, 'registry'>): string {
  const prefix = (site.registry?.prefix ?? '').replace(/^\/+|\/+$/g, '');
  return `${registryHost(site)}/${prefix === '' ? '' : `${prefix}/`}${repository}`;
}

/** `energy/api:4.2.0` -> `registry.example:5000/prefix/energy/api@sha256:...`. Error: bundle-image-missing. */
export function imageAtSite(
  reference: string,
  images: readonly ReleaseImage[],
  site: Pick<Site, 'registry'>,
  where: string,
): string {
  const image = images.find((candidate) => candidate.reference === reference);
  if (image === undefined) throw new SitewrightError('bundle-image-missing', { image: reference, where });
  return `${siteRepository(image.repository, site)}@${image.digest}`;
}

/**
 * The object with every container's image at the site's registry, by digest. Of a site without a registry the images stand on
 * the nodes: nothing is ever pulled, and a node that lacks one says so at once.
 */
export function rewriteImages(object: KubernetesObject, images: readonly ReleaseImage[], site: Site): KubernetesObject {
  const where = nameOf(referenceOf(object));
  const rewrite = (list: unknown): unknown =>
    Array.isArray(list)
      ? list.map((container) =>
          isRecord(container) && typeof container.image === 'string'
            ? {
                ...container,
                image: imageAtSite(container.image, images, site, where),
                ...(site.registry === undefined && { imagePullPolicy: 'Never' }),
              }
            : container,
        )
      : list;
  return withPodTemplate(object, (template) => {
    const spec: JsonRecord = isRecord(template.spec) ? template.spec : {};
    // Without a registry there is no account to sign in with, and the kubelet would miss the Secret at each start.
    const { imagePullSecrets: _, ...unsigned } = spec;
    const placed = site.registry === undefined ? unsigned : spec;
    const lists = ['initContainers', 'containers', 'ephemeralContainers'].filter((field) => field in spec);
    return {
      ...template,
      spec: { ...placed, ...Object.fromEntries(lists.map((field) => [field, rewrite(spec[field])])) },
    };
  });
}

/** The digest behind the `@` of an image reference, empty when it has none. */
export function digestOf(image: string): string {
  return /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? '';
}
