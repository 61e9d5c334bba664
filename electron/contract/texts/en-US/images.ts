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
  'images.effect.registry-program':
    'Bring the registry {version} from the bundle into {folder}, verified by its SHA-256',
  'images.effect.registry-data': 'Make the folder of the images {folder} (0700) where it is not there',
  'images.effect.registry-file': 'Write {path} ({mode})',
  'images.effect.registry-account':
    'Write the account {user} to {path} (0600); make its password, vault entry {credential}, where there is none',
  'images.effect.registry-unit':
    'Write {path} and enable the service where systemd runs; start a plain process elsewhere',
  'images.effect.registry-start':
    'Start the registry at {url}; only port {port} is opened, the firewall stays as it is',
  'images.registry.brought': 'Registry {version} brought: {bytes} bytes sent',
  'images.registry.written': '{path} written',
  'images.registry.started': 'Registry {version} started at {url}',
  'images.evidence.registry': 'The registry on {host} as it was started',
  'images.finding.registry': 'The registry from the bundle runs',
  'images.finding.registry.expected': 'version {version} at {url}, with the certificate issued for it and its account',
  'images.finding.registry.found': 'version {version} answers over {protocol}, images in {folder}, started by systemd',
  'images.finding.registry.unsupervised':
    'version {version} answers over {protocol}, images in {folder}; without systemd it does not come back after a restart of the host',
  'images.finding.registry.certificate': 'version {version} shows another certificate than the one issued for it',
  'images.finding.registry.fix':
    'Walk again after a restart of {host}, have its own init system start the registry, or use a host with systemd.',
  'images.effect.prove': 'Read back every layer, manifest and tag of {image} from {registry}',
  'images.pushed':
    '{uploaded} of {blobs} layers sent ({bytesSent} bytes), {mounted} mounted, {present} already there, in {seconds} s',
  'images.setback': '{problem} {done} bytes are there; going on from there in {seconds} s',
  'images.evidence.push': 'Image push: what was sent',
  'images.evidence.proof': 'Proof that {image} is complete in the registry',
  'images.finding.complete': 'Image {image} is complete in the registry',
  'images.finding.expected': '{digest}, {count} items present',
  'images.finding.found': '{digest}, {count} of {count} items present',
  'images.finding.missing': 'missing: {missing}',
} as const;
