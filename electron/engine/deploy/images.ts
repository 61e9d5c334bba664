import { SitewrightError } from '../../contract/errors.ts';
import type { Site } from '../../contract/site.ts';
import type { ReleaseImage } from '../bundle/release.ts';
import type { KubernetesObject } from '../drivers/kubernetes/client.ts';
import { isRecord, type JsonRecord } from '../drivers/kubernetes/json.ts';
import { nameOf, referenceOf } from '../drivers/kubernetes/reference.ts';
import { withPodTemplate } from './podtemplate.ts';

/** Host and port of the site's registry as image references name it. Error: site-invalid when the site has none. */
export function registryHost(site: Site): string {
  if (site.registry === undefined)
    throw new SitewrightError('site-invalid', { file: site.name, problem: 'registry: missing' });
  return new URL(site.registry.url).host;
}

/** `energy/api:4.2.0` -> `registry.example:5000/prefix/energy/api@sha256:...`. Error: bundle-image-missing. */
export function imageAtSite(reference: string, images: readonly ReleaseImage[], site: Site, where: string): string {
  const image = images.find((candidate) => candidate.reference === reference);
  if (image === undefined) throw new SitewrightError('bundle-image-missing', { image: reference, where });
  const prefix = (site.registry?.prefix ?? '').replace(/^\/+|\/+$/g, '');
  return `${registryHost(site)}/${prefix === '' ? '' : `${prefix}/`}${image.repository}@${image.digest}`;
}

/** The object with every container's image at the site's registry, by digest. */
export function rewriteImages(object: KubernetesObject, images: readonly ReleaseImage[], site: Site): KubernetesObject {
  const where = nameOf(referenceOf(object));
  const rewrite = (list: unknown): unknown =>
    Array.isArray(list)
      ? list.map((container) =>
          isRecord(container) && typeof container.image === 'string'
            ? { ...container, image: imageAtSite(container.image, images, site, where) }
            : container,
        )
      : list;
  return withPodTemplate(object, (template) => {
    const spec: JsonRecord = isRecord(template.spec) ? template.spec : {};
    const lists = ['initContainers', 'containers', 'ephemeralContainers'].filter((field) => field in spec);
    return {
      ...template,
      spec: { ...spec, ...Object.fromEntries(lists.map((field) => [field, rewrite(spec[field])])) },
    };
  });
}

/** The digest behind the `@` of an image reference, empty when it has none. */
export function digestOf(image: string): string {
  return /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? '';
}
