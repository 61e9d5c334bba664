/** Title, reason and fix of each check of its category. */
export const runtimeChecks = {
  'checks.runtime.socket.title': 'Container runtime answers',
  'checks.runtime.socket.why':
    'Without a runtime socket (CRI), the kubelet cannot start a container; Docker alone does not offer one.',
  'checks.runtime.socket.fix': 'Start containerd, or install it from the medium of the cluster.',
  'checks.runtime.version.title': 'Version of the container runtime',
  'checks.runtime.version.why': 'Older runtimes lack trust folders per registry (certs.d) and security updates.',
  'checks.runtime.version.fix': 'Upgrade the runtime together with the administrator of the cluster.',
  'checks.runtime.cgroup-driver.title': 'cgroup driver of the runtime',
  'checks.runtime.cgroup-driver.why':
    'On a systemd host two managers of control groups disagree, and pods become unstable under pressure.',
  'checks.runtime.cgroup-driver.fix':
    'Set SystemdCgroup = true in /etc/containerd/config.toml, and the same driver in the kubelet.',
  'checks.runtime.registry-trust-folder.title': 'Trust folder of the runtime',
  'checks.runtime.registry-trust-folder.why':
    'containerd reads the trust for the registry from this folder only when its configuration names it.',
  'checks.runtime.registry-trust-folder.fix':
    'Name it as config_path of the registry section in /etc/containerd/config.toml.',
} as const;
