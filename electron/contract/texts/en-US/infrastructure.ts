/** Texts of the infrastructure: network plan, folders, namespace, storage, monitoring, database. */
export const infrastructure = {
  'infrastructure.effect.network': 'Write down the address and port plan as evidence',
  'infrastructure.effect.folder': 'Create folder {path}, owner {uid}:{gid}, mode {mode}',
  'infrastructure.effect.namespace': 'Create or update namespace {namespace}',
  'infrastructure.effect.pull-secret':
    'Create or update Secret {namespace}/{name} with the account {user} of the registry {registry}',
  'infrastructure.effect.tls-secret':
    'Create or update Secret {namespace}/{secret} with the certificate {name} and its key',
  'infrastructure.effect.role': 'Create role {owner} without special rights, with a generated password',
  'infrastructure.effect.database': 'Create database {name} owned by {owner}, encoding UTF8',
  'infrastructure.effect.schema': 'Take the rights on schema public from everyone but {owner}',
  'infrastructure.finding.network': 'Address and port plan',
  'infrastructure.finding.network.expected':
    'every connection of the release is listed with source, destination and port',
  'infrastructure.finding.network.actual': '{rows} connection(s) between {hosts} host(s)',
  'infrastructure.finding.folders': 'Data folders',
  'infrastructure.finding.namespace': 'Namespace and its Secrets',
  'infrastructure.finding.namespace.expected': 'namespace {namespace} with {secrets}',
  'infrastructure.finding.namespace.actual': 'namespace {state}, {count} of {total} Secret(s) as wanted',
  'infrastructure.finding.storage': 'StorageClass of the release',
  'infrastructure.finding.monitoring': 'Monitoring of the release',
  'infrastructure.finding.objects.expected': '{count} object(s) in the cluster as in the release',
  'infrastructure.finding.objects.actual': '{there} of {count} there and as wanted',
  'infrastructure.finding.objects.unknown': '{there} of {count} there; the cluster does not know {kinds}',
  'infrastructure.finding.monitoring.fix':
    "Install the Prometheus operator, or hand the rules over to the customer's monitoring",
  'infrastructure.finding.database': 'Database of the release',
  'infrastructure.finding.database.expected':
    '{owner} signs in to {name}, owns it, encoding UTF8, no rights of others on schema public',
  'infrastructure.finding.database.actual':
    'signed in as {user} to {name}; owner {owner}, encoding {encoding}, rights of others on public: {others}, special rights of the role: {special}',
  'infrastructure.none': 'none',
  'infrastructure.active': 'active',
  'infrastructure.folder.state': '{path} {uid}:{gid} {mode}',
  'infrastructure.folder.absent': '{path} is not a folder',
  'infrastructure.doing.role': 'the creation of role {owner}',
  'infrastructure.doing.database': 'the creation of database {name}',
  'infrastructure.doing.read': 'reading the state of database {name}',
  'infrastructure.evidence.network': 'Address and port plan',
  'infrastructure.evidence.database': 'State of the database {name}',
} as const;
