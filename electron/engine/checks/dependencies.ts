import { dependencyClusterArchitectureCheck } from './catalogue/dependencies/cluster-architecture.ts';
import { dependencyClusterCapacityCheck } from './catalogue/dependencies/cluster-capacity.ts';
import { dependencyClusterNamespaceCheck } from './catalogue/dependencies/cluster-namespace.ts';
import { dependencyClusterNodesCheck } from './catalogue/dependencies/cluster-nodes.ts';
import { dependencyClusterReadyCheck } from './catalogue/dependencies/cluster-ready.ts';
import { dependencyClusterRightsCheck } from './catalogue/dependencies/cluster-rights.ts';
import { dependencyClusterStorageClassCheck } from './catalogue/dependencies/cluster-storage-class.ts';
import { dependencyClusterVersionCheck } from './catalogue/dependencies/cluster-version.ts';
import { dependencyDatabaseClockCheck } from './catalogue/dependencies/database-clock.ts';
import { dependencyDatabaseCollationCheck } from './catalogue/dependencies/database-collation.ts';
import { dependencyDatabaseConnectionCheck } from './catalogue/dependencies/database-connection.ts';
import { dependencyDatabaseConnectionsCheck } from './catalogue/dependencies/database-connections.ts';
import { dependencyDatabaseEncodingCheck } from './catalogue/dependencies/database-encoding.ts';
import { dependencyDatabasePasswordCheck } from './catalogue/dependencies/database-password.ts';
import { dependencyDatabaseRightsCheck } from './catalogue/dependencies/database-rights.ts';
import { dependencyDatabaseSchemaCheck } from './catalogue/dependencies/database-schema.ts';
import { dependencyDatabaseTimeZoneCheck } from './catalogue/dependencies/database-time-zone.ts';
import { dependencyDatabaseTlsCheck } from './catalogue/dependencies/database-tls.ts';
import { dependencyDatabaseVersionCheck } from './catalogue/dependencies/database-version.ts';
import { dependencyDatabaseWritableCheck } from './catalogue/dependencies/database-writable.ts';
import { dependencyRegistryAccountCheck } from './catalogue/dependencies/registry-account.ts';
import { dependencyRegistryHostPortCheck } from './catalogue/dependencies/registry-host-port.ts';
import { dependencyRegistryHostProgramCheck } from './catalogue/dependencies/registry-host-program.ts';
import { dependencyRegistryHostServiceCheck } from './catalogue/dependencies/registry-host-service.ts';
import { dependencyRegistryHostSpaceCheck } from './catalogue/dependencies/registry-host-space.ts';
import { dependencyRegistryProtocolCheck } from './catalogue/dependencies/registry-protocol.ts';
import { dependencyRegistryTcpCheck } from './catalogue/dependencies/registry-tcp.ts';
import { dependencyRegistryTlsCheck } from './catalogue/dependencies/registry-tls.ts';
import type { ClusterFacts, DatabaseFacts, RegistryFacts, RegistryHostFacts } from './endpoints.ts';
import type { CheckHead, EndpointCheck } from './model.ts';

/** Checks of the registry, in the order in which they are shown. */
export const registryChecks: readonly EndpointCheck<RegistryFacts>[] = [
  dependencyRegistryTcpCheck,
  dependencyRegistryTlsCheck,
  dependencyRegistryProtocolCheck,
  dependencyRegistryAccountCheck,
];

/** Checks of the host that will run the bundle's registry, in the order in which they are shown. */
export const registryHostChecks: readonly EndpointCheck<RegistryHostFacts>[] = [
  dependencyRegistryHostProgramCheck,
  dependencyRegistryHostPortCheck,
  dependencyRegistryHostSpaceCheck,
  dependencyRegistryHostServiceCheck,
];

/** Checks of the database, in the order in which they are shown. */
export const databaseChecks: readonly EndpointCheck<DatabaseFacts>[] = [
  dependencyDatabaseConnectionCheck,
  dependencyDatabaseTlsCheck,
  dependencyDatabaseVersionCheck,
  dependencyDatabaseRightsCheck,
  dependencyDatabaseSchemaCheck,
  dependencyDatabaseWritableCheck,
  dependencyDatabaseEncodingCheck,
  dependencyDatabaseCollationCheck,
  dependencyDatabaseTimeZoneCheck,
  dependencyDatabaseConnectionsCheck,
  dependencyDatabasePasswordCheck,
  dependencyDatabaseClockCheck,
];

/** Checks of the cluster, in the order in which they are shown. */
export const clusterChecks: readonly EndpointCheck<ClusterFacts>[] = [
  dependencyClusterReadyCheck,
  dependencyClusterVersionCheck,
  dependencyClusterNodesCheck,
  dependencyClusterArchitectureCheck,
  dependencyClusterCapacityCheck,
  dependencyClusterStorageClassCheck,
  dependencyClusterRightsCheck,
  dependencyClusterNamespaceCheck,
];

export const dependencyHeads: readonly CheckHead[] = [
  ...registryChecks,
  ...registryHostChecks,
  ...databaseChecks,
  ...clusterChecks,
];
