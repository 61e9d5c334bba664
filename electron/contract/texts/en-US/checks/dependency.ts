/** Title, reason and fix of each check of the dependencies stage. */
export const dependencyChecks = {
  'checks.dependency.registry-tcp.title': 'Registry answers',
  'checks.dependency.registry-tcp.why': 'Images can only be pushed to a registry that answers.',
  'checks.dependency.registry-tcp.fix':
    'Start the registry, correct its address in the site, or open the port in the firewall.',
  'checks.dependency.registry-tls.title': 'Registry speaks TLS',
  'checks.dependency.registry-tls.why':
    'Passwords and images must not travel in the clear, and nodes refuse old protocol versions.',
  'checks.dependency.registry-tls.fix': 'Let the registry offer TLS 1.2 or newer.',
  'checks.dependency.registry-protocol.title': 'Registry protocol',
  'checks.dependency.registry-protocol.why':
    'The address answers, but not as a registry (OCI distribution): often a proxy or another port.',
  'checks.dependency.registry-protocol.fix':
    'Correct the address in the site; ask the administrator for the port of the registry.',
  'checks.dependency.registry-account.title': 'Registry account',
  'checks.dependency.registry-account.why': 'Without an accepted account nothing can be pushed.',
  'checks.dependency.registry-account.fix': 'Enter the password of the registry account again.',
  'checks.dependency.registry-host-program.title': "The bundle's registry fits its host",
  'checks.dependency.registry-host-program.why':
    'The registry is a program of the bundle, and runs only on an architecture that it was built for.',
  'checks.dependency.registry-host-program.fix':
    'Let a host of one of these architectures run the registry, or ask the supplier for a bundle with the program.',
  'checks.dependency.registry-host-port.title': "Port of the bundle's registry",
  'checks.dependency.registry-host-port.why': 'Two programs cannot listen on one port: the registry would not start.',
  'checks.dependency.registry-host-port.fix':
    "End the other program, or give the registry's address in the site another port.",
  'checks.dependency.registry-host-space.title': "Room for the bundle's images",
  'checks.dependency.registry-host-space.why':
    'A registry whose disk runs full loses the push, and with the system disk the host.',
  'checks.dependency.registry-host-space.fix':
    'Free space there, mount a larger volume, or name another folder of images in the site.',
  'checks.dependency.registry-host-service.title': "The bundle's registry is kept running",
  'checks.dependency.registry-host-service.why':
    'Without systemd nothing starts the registry again when it ends or the host restarts; pods then cannot pull.',
  'checks.dependency.registry-host-service.fix':
    'Use a host with systemd, or have its own init system start the registry.',
  'checks.dependency.database-connection.title': 'Database accepts the administrator',
  'checks.dependency.database-connection.why': 'The schema and the owner account are made through this connection.',
  'checks.dependency.database-connection.fix':
    'Start the database, correct address or password in the site, or have the access rule added to pg_hba.conf.',
  'checks.dependency.database-tls.title': 'Database speaks TLS',
  'checks.dependency.database-tls.why': 'Passwords and data must not travel in the clear.',
  'checks.dependency.database-tls.fix': 'Let the server offer TLS 1.2 or newer.',
  'checks.dependency.database-version.title': 'Database version',
  'checks.dependency.database-version.why': 'The migrations are tested on these versions only.',
  'checks.dependency.database-version.fix': 'Provide a server of a supported version.',
  'checks.dependency.database-rights.title': 'Rights of the administrator',
  'checks.dependency.database-rights.why':
    'The release has a database and an owner account of its own, which must be created.',
  'checks.dependency.database-rights.fix': 'Grant CREATEDB and CREATEROLE to the account.',
  'checks.dependency.database-schema.title': 'Create, alter and drop',
  'checks.dependency.database-schema.why':
    'Migrations change the schema; a server that refuses one of these stops them half-way.',
  'checks.dependency.database-schema.fix': 'Look at the answer of the server; ask for the right to create schemas.',
  'checks.dependency.database-writable.title': 'Database is the writable primary',
  'checks.dependency.database-writable.why': 'A standby takes no changes.',
  'checks.dependency.database-writable.fix': 'Name the address of the primary in the site.',
  'checks.dependency.database-encoding.title': 'Database encoding',
  'checks.dependency.database-encoding.why':
    'Chinese names and texts need UTF8; the encoding of a database cannot be changed later.',
  'checks.dependency.database-encoding.fix': 'Create the cluster with initdb --encoding=UTF8.',
  'checks.dependency.database-collation.title': 'Database collation',
  'checks.dependency.database-collation.why': 'A collation of another encoding sorts and compares texts wrongly.',
  'checks.dependency.database-collation.fix': 'Create the database with C or a UTF-8 collation.',
  'checks.dependency.database-time-zone.title': 'Database time zone',
  'checks.dependency.database-time-zone.why': 'Times without a zone are read in the time zone of the server.',
  'checks.dependency.database-time-zone.fix': 'Set timezone in postgresql.conf to UTC or to the zone of the site.',
  'checks.dependency.database-connections.title': 'Database connections',
  'checks.dependency.database-connections.why':
    'When all pools are full, the server must still take connections; the sum of the pools of the release is what counts.',
  'checks.dependency.database-connections.fix': 'Raise max_connections, and restart the server.',
  'checks.dependency.database-password.title': 'Password hashes',
  'checks.dependency.database-password.why': 'md5 hashes can be used as passwords by whoever reads them.',
  'checks.dependency.database-password.fix': 'Set password_encryption to scram-sha-256 before the accounts are made.',
  'checks.dependency.database-clock.title': 'Clock of the database against this computer',
  'checks.dependency.database-clock.why':
    'Sessions and data get times of the database; certificates are judged by its clock.',
  'checks.dependency.database-clock.fix': 'Correct the clock of the database server.',
  'checks.dependency.cluster-ready.title': 'Cluster API is ready',
  'checks.dependency.cluster-ready.why': 'Nothing can be deployed while the control plane is not ready.',
  'checks.dependency.cluster-ready.fix': 'Look at the control plane: kubectl get --raw /readyz?verbose',
  'checks.dependency.cluster-version.title': 'Cluster version',
  'checks.dependency.cluster-version.why':
    'The release uses server-side apply and API versions that older clusters lack.',
  'checks.dependency.cluster-version.fix': 'Upgrade the cluster together with its administrator.',
  'checks.dependency.cluster-nodes.title': 'Nodes are ready',
  'checks.dependency.cluster-nodes.why':
    'Pods are placed on nodes that are ready and not short of memory, disk or process numbers.',
  'checks.dependency.cluster-nodes.fix': 'Look at the named nodes: kubectl describe node NAME',
  'checks.dependency.cluster-architecture.title': 'Architecture of the nodes',
  'checks.dependency.cluster-architecture.why': 'Images run on the architectures that they were built for only.',
  'checks.dependency.cluster-architecture.fix':
    'Add nodes of a supported architecture, or ask for a release built for these.',
  'checks.dependency.cluster-capacity.title': 'Capacity of the cluster',
  'checks.dependency.cluster-capacity.why':
    'Pods whose requests fit on no node stay Pending; a fifth is kept for rolling updates.',
  'checks.dependency.cluster-capacity.fix': 'Add nodes, or ask for fewer replicas in the parameters.',
  'checks.dependency.cluster-storage-class.title': 'StorageClass',
  'checks.dependency.cluster-storage-class.why':
    'A claim without a fitting StorageClass is never bound, and its pod never starts.',
  'checks.dependency.cluster-storage-class.fix': 'Have a StorageClass set up, and mark one of them as the default.',
  'checks.dependency.cluster-rights.title': 'Rights in the cluster',
  'checks.dependency.cluster-rights.why':
    'Each verb of the plan is asked for beforehand, so that the walk does not stop in the middle.',
  'checks.dependency.cluster-rights.fix': 'Ask the administrator of the cluster for the named rights.',
  'checks.dependency.cluster-namespace.title': 'Namespace of the release',
  'checks.dependency.cluster-namespace.why': 'A namespace that is being deleted takes no new objects.',
  'checks.dependency.cluster-namespace.fix': 'Wait until it is gone, or find out which finalizer holds it.',
} as const;
