/** What is wrong with a call; each stands in the message of `usage-invalid`. */
export const usage = {
  'usage.line': 'Usage: {usage}\n{command} --help tells more.',
  'usage.did-you-mean': '{problem} (did you mean {names}?)',
  'usage.option-required': 'the option {option} is required',
  'usage.option-unknown': 'there is no option {option}',
  'usage.option-empty': 'the option {option} needs a value',
  'usage.command-unknown': 'there is no command {command}',
  'usage.command-none': '`{command}` needs one of its commands after it',
  'usage.words-extra': '`{command}` takes options only, and {count} of the words belong to none',
  'usage.argument-required': '{argument} is required',
  'usage.host-unknown': 'the site has no host {host}',
  'usage.no-registry': 'the site {site} names no registry',
  'usage.key-form': '{name} is not a private key in PEM form (PKCS8)',
  'usage.key-kind': '{name} is not an Ed25519 private key',
  'usage.port-taken': 'port {port} cannot be had; another program may use it',
  'usage.choice': '{option} {value} is none of {choices}',
  'usage.confirm': 'it was not confirmed: answer yes, or add --yes',
  'usage.document': 'the file {file} cannot be read as YAML or JSON',
  'usage.file': '{option}: the file {file} cannot be read; name one that is there and may be read',
  'usage.count': '{option} {value} is not a whole number from {least} to {most}',
  'usage.size': '{option} {value} is not a size of at least one byte: write e.g. 3.9GiB, 650MB or 1048576',
  'usage.site-or-registry': 'name a site (--site) or a registry (--registry)',
  'usage.site-and-registry': 'name either a site (--site) or a registry (--registry), not both',
  'usage.source-or-images': 'name the folder of a release (--source) or places of images (--images)',
  'usage.source-and-images': 'name either the folder of a release (--source) or places of images (--images), not both',
  'usage.registry-url': '--registry {url} is not the address of a registry: write e.g. https://registry.example:5000',
  'usage.registry-scheme': 'https:// or http:// is missing before --registry {url}: write https://{url}',
  'usage.registry-account':
    'the address of the registry holds an account: write it without, and give the account by --username and --password-stdin',
  'usage.plain-http':
    '{url} is not encrypted, and everything, the password too, could be read on the way: write https://, or allow it by --plain-http',
  'usage.password-missing': '--username needs a password: add --password-stdin or --password-file',
  'usage.username-missing': '{option} belongs to an account: add --username',
  'usage.fingerprint':
    '--fingerprint is not the SHA-256 of a certificate: write its 64 hexadecimal digits, with or without colons',
  'usage.certificate':
    '--ca {file} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----); `openssl x509 -inform der` makes one of a DER file',
  'usage.through': '--through is not of the form user@host or user@host:port',
  'usage.through-host-key':
    "--through needs the fingerprint of that host's key: add --through-host-key SHA256:..., as `ssh-keygen -lf` shows it",
  'usage.through-secret':
    "--through needs that account's password or private key: add --through-secret-file and its file",
  'usage.through-secret-empty':
    'the file of --through-secret-file is empty: write the password or the private key into it',
} as const;
