/** Title, reason and fix of each check of its category. */
export const permissionChecks = {
  'checks.permission.root.title': 'Root rights',
  'checks.permission.root.why': 'Installing needs root: as the account itself, or by sudo.',
  'checks.permission.root.fix':
    'Grant the account sudo for all commands, or use root; set how root is had in the inventory.',
  'checks.permission.temporary-folder.title': 'Home and temporary folder are writable',
  'checks.permission.temporary-folder.why': 'Files are put there before they are moved to their place.',
  'checks.permission.temporary-folder.fix': 'Give the account a home folder of its own, and /tmp the mode 1777.',
  'checks.permission.password-expiry.title': 'Password of the account does not expire soon',
  'checks.permission.password-expiry.why': 'An expired password stops the installation and every later visit half-way.',
  'checks.permission.password-expiry.fix': 'Change the password, or have its expiry extended.',
} as const;
