/** Title, reason and fix of each check of its category. */
export const storageChecks = {
  'checks.storage.free-space.title': 'Free space',
  'checks.storage.free-space.why':
    'Images, data and logs grow; a full file system stops the release and may damage data.',
  'checks.storage.free-space.fix': 'Enlarge the volume, or mount a larger one at the named folder.',
  'checks.storage.used-share.title': 'Used share of the file systems',
  'checks.storage.used-share.why': 'From 85 % on the kubelet deletes images and evicts pods.',
  'checks.storage.used-share.fix': 'Free space on the file system, or enlarge it.',
  'checks.storage.inodes.title': 'Free inodes',
  'checks.storage.inodes.why': 'Without free inodes no file can be made, though there is space.',
  'checks.storage.inodes.fix': 'Delete small files that are not needed, or make the file system anew with more inodes.',
  'checks.storage.file-system.title': 'File system type',
  'checks.storage.file-system.why':
    'State must survive a reboot and locks must work: not on nfs, tmpfs or overlay, nor on xfs with ftype=0.',
  'checks.storage.file-system.fix': 'Mount a local ext4 or xfs (ftype=1) volume at the named folder.',
  'checks.storage.mount-options.title': 'Planned folders are writable',
  'checks.storage.mount-options.why':
    'A file system mounted read-only takes no data; the kernel does that after errors too.',
  'checks.storage.mount-options.fix': 'Remount it read-write, after looking for errors in the kernel log.',
  'checks.storage.data-folder.title': 'Data folders are free',
  'checks.storage.data-folder.why':
    'A symbolic link leads the data elsewhere, and what is left in the folder may come from an earlier installation.',
  'checks.storage.data-folder.fix': 'Look at what is there; move it away, or confirm that it belongs to this release.',
} as const;
