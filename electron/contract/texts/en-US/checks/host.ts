/** Title, reason and fix of each check of its category. */
export const hostChecks = {
  'checks.host.cpu-count.title': 'CPU count',
  'checks.host.cpu-count.why': 'The components of the release need this many processors to meet their response times.',
  'checks.host.cpu-count.fix': 'Give the host more processors, or move roles to another host.',
  'checks.host.architecture.title': 'Processor architecture',
  'checks.host.architecture.why': 'The images of the release run on the architectures that they were built for only.',
  'checks.host.architecture.fix': 'Use a host with a supported architecture, or ask for a release built for this one.',
  'checks.host.cpu-level.title': 'Processor level',
  'checks.host.cpu-level.why':
    'Current base images and databases are built for x86-64-v2 and stop with "illegal instruction" below it.',
  'checks.host.cpu-level.fix': 'Set the CPU model of the virtual machine to host passthrough, or use a newer host.',
  'checks.host.governor.title': 'CPU frequency governor',
  'checks.host.governor.why':
    'With powersave the processor stays slow under short bursts of load, so that latency rises.',
  'checks.host.governor.fix': 'Set the governor to performance in the BIOS or the system.',
  'checks.host.load.title': 'Load per core',
  'checks.host.load.why': 'A host that is busy before the installation has no room for the release.',
  'checks.host.load.fix': 'Find out what loads the host (`top`), and move or stop it.',
  'checks.host.memory-total.title': 'Memory',
  'checks.host.memory-total.why':
    'With less memory, components are killed by the kernel under load. 7 % are allowed for what the firmware keeps.',
  'checks.host.memory-total.fix': 'Give the host more memory, or move roles to another host.',
  'checks.host.memory-available.title': 'Memory available',
  'checks.host.memory-available.why': 'Other programs on the host leave too little memory for the release.',
  'checks.host.memory-available.fix': 'Stop what is not needed on the host, or give it more memory.',
  'checks.host.swap-off.title': 'Swap off',
  'checks.host.swap-off.why':
    'The kubelet refuses to start with swap by default, and a swapping node answers late without failing.',
  'checks.host.swap-off.fix': 'Turn swap off now and remove its line from /etc/fstab.',
  'checks.host.huge-pages.title': 'Transparent huge pages',
  'checks.host.huge-pages.why':
    'With "always" the kernel merges pages at the wrong moment, which databases see as latency peaks.',
  'checks.host.huge-pages.fix': 'Set it to madvise.',
  'checks.host.kernel-log.title': 'Kernel log',
  'checks.host.kernel-log.why':
    'The kernel reported a shortage of memory, a hung task, an input/output error or a file system set read-only.',
  'checks.host.kernel-log.fix': 'Look at `dmesg -T`, and solve the cause before installing.',
  'checks.host.pid-max.title': 'Number of processes (pid_max)',
  'checks.host.pid-max.why': 'When process numbers run out, nothing can be started any more.',
  'checks.host.pid-max.fix': 'Raise kernel.pid_max.',
  'checks.host.reboot-pending.title': 'Reboot pending',
  'checks.host.reboot-pending.why': 'An update waits for a reboot; done later it would interrupt the running release.',
  'checks.host.reboot-pending.fix': 'Reboot the host before the installation.',
  'checks.host.virtualisation.title': 'Virtualisation',
  'checks.host.virtualisation.why': 'For information.',
  'checks.host.virtualisation.fix': 'Nothing to do.',
} as const;
