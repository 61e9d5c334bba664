import type { Site } from '../../../contract/site.ts';
import type { ReleaseImage } from '../../bundle/release.ts';
import { siteRepository } from '../../deploy/images.ts';

/** The names under which a node knows an image: by digest, as pods ask for it, and by tag, as people read it. */
export function nodeNames(image: ReleaseImage, site: Pick<Site, 'registry'>): readonly string[] {
  const repository = siteRepository(image.repository, site);
  return [`${repository}@${image.digest}`, `${repository}:${image.tag}`];
}
