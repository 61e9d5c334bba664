/** Texts of the images stage. */
export const images = {
  'images.effect.push': 'Push image {image} ({digest}) to {registry}',
  'images.effect.prove': 'Read back every layer, manifest and tag of {image} from {registry}',
  'images.pushed':
    '{uploaded} of {blobs} layers sent ({bytesSent} bytes), {mounted} mounted, {present} already there, in {seconds} s',
  'images.evidence.push': 'Image push: what was sent',
  'images.evidence.proof': 'Proof that {image} is complete in the registry',
  'images.finding.complete': 'Image {image} is complete in the registry',
  'images.finding.expected': '{digest}, {count} items present',
  'images.finding.found': '{digest}, {count} of {count} items present',
  'images.finding.missing': 'missing: {missing}',
} as const;
