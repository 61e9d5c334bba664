/** Texts of the images stage. */
export const images = {
  'images.effect.push': 'Push image {image} ({digest}) to {registry}',
  'images.effect.node': 'Bring image {image} ({digest}) into containerd of {host}, pinned',
  'images.effect.node-proof': 'Ask containerd of {host} whether {count} images are complete, unpacked and pinned',
  'images.node.sent':
    '{images} images: {blobs} blobs sent ({bytesSent} bytes), {bytesPresent} bytes already there, in {seconds} s',
  'images.evidence.node': 'Image import into {host}: what was sent',
  'images.evidence.node-proof': 'Proof that the images are complete on {host}',
  'images.finding.node': 'The images stand in the containerd of the node',
  'images.finding.node.expected': '{count} images complete, unpacked and pinned',
  'images.finding.node.found': '{count} of {total} images complete, unpacked and pinned; containerd {version}',
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
