import { hostArchitectureCheck } from './catalogue/host/architecture.ts';
import { hostCpuCountCheck } from './catalogue/host/cpu-count.ts';
import { hostCpuLevelCheck } from './catalogue/host/cpu-level.ts';
import { hostGovernorCheck } from './catalogue/host/governor.ts';
import { hostHugePagesCheck } from './catalogue/host/huge-pages.ts';
import { hostKernelLogCheck } from './catalogue/host/kernel-log.ts';
import { hostLoadCheck } from './catalogue/host/load.ts';
import { hostMemoryAvailableCheck } from './catalogue/host/memory-available.ts';
import { hostMemoryTotalCheck } from './catalogue/host/memory-total.ts';
import { hostPidMaxCheck } from './catalogue/host/pid-max.ts';
import { hostRebootPendingCheck } from './catalogue/host/reboot-pending.ts';
import { hostSwapOffCheck } from './catalogue/host/swap-off.ts';
import { hostVirtualisationCheck } from './catalogue/host/virtualisation.ts';
import { networkDeclaredAddressCheck } from './catalogue/network/declared-address.ts';
import { networkDefaultRouteCheck } from './catalogue/network/default-route.ts';
import { networkFirewallCheck } from './catalogue/network/firewall.ts';
import { networkMacUniqueCheck } from './catalogue/network/mac-unique.ts';
import { networkMtuEqualCheck } from './catalogue/network/mtu-equal.ts';
import { networkNamesResolveCheck } from './catalogue/network/names-resolve.ts';
import { networkOwnNameCheck } from './catalogue/network/own-name.ts';
import { networkProxyCheck } from './catalogue/network/proxy.ts';
import { networkResolversCheck } from './catalogue/network/resolvers.ts';
import { networkTcpMatrixCheck } from './catalogue/network/tcp-matrix.ts';
import { networkWildcardDomainCheck } from './catalogue/network/wildcard-domain.ts';
import { osApparmorCheck } from './catalogue/os/apparmor.ts';
import { osBridgeNetfilterCheck } from './catalogue/os/bridge-netfilter.ts';
import { osCgroupControllersCheck } from './catalogue/os/cgroup-controllers.ts';
import { osCommandsCheck } from './catalogue/os/commands.ts';
import { osFileMaxCheck } from './catalogue/os/file-max.ts';
import { osHostnameUniqueCheck } from './catalogue/os/hostname-unique.ts';
import { osHostnameValidCheck } from './catalogue/os/hostname-valid.ts';
import { osInotifyInstancesCheck } from './catalogue/os/inotify-instances.ts';
import { osInotifyWatchesCheck } from './catalogue/os/inotify-watches.ts';
import { osIpForwardCheck } from './catalogue/os/ip-forward.ts';
import { osIptablesVersionCheck } from './catalogue/os/iptables-version.ts';
import { osKernelVersionCheck } from './catalogue/os/kernel-version.ts';
import { osListenBacklogCheck } from './catalogue/os/listen-backlog.ts';
import { osLocaleCheck } from './catalogue/os/locale.ts';
import { osMachineIdUniqueCheck } from './catalogue/os/machine-id-unique.ts';
import { osMapCountCheck } from './catalogue/os/map-count.ts';
import { osModulesCheck } from './catalogue/os/modules.ts';
import { osOpenFilesCheck } from './catalogue/os/open-files.ts';
import { osProductUuidUniqueCheck } from './catalogue/os/product-uuid-unique.ts';
import { osReleaseCheck } from './catalogue/os/release.ts';
import { osReversePathFilterCheck } from './catalogue/os/reverse-path-filter.ts';
import { osSelinuxCheck } from './catalogue/os/selinux.ts';
import { osSwappinessCheck } from './catalogue/os/swappiness.ts';
import { osSystemdCheck } from './catalogue/os/systemd.ts';
import { osTemporaryExecCheck } from './catalogue/os/temporary-exec.ts';
import { permissionPasswordExpiryCheck } from './catalogue/permission/password-expiry.ts';
import { permissionRootCheck } from './catalogue/permission/root.ts';
import { permissionTemporaryFolderCheck } from './catalogue/permission/temporary-folder.ts';
import { runtimeCgroupDriverCheck } from './catalogue/runtime/cgroup-driver.ts';
import { runtimeRegistryTrustFolderCheck } from './catalogue/runtime/registry-trust-folder.ts';
import { runtimeSocketCheck } from './catalogue/runtime/socket.ts';
import { runtimeVersionCheck } from './catalogue/runtime/version.ts';
import { storageDataFolderCheck } from './catalogue/storage/data-folder.ts';
import { storageFileSystemCheck } from './catalogue/storage/file-system.ts';
import { storageFreeSpaceCheck } from './catalogue/storage/free-space.ts';
import { storageInodesCheck } from './catalogue/storage/inodes.ts';
import { storageMountOptionsCheck } from './catalogue/storage/mount-options.ts';
import { storageUsedShareCheck } from './catalogue/storage/used-share.ts';
import { timeLaptopCheck } from './catalogue/time/laptop.ts';
import { timeOffsetCheck } from './catalogue/time/offset.ts';
import { timeSkewCheck } from './catalogue/time/skew.ts';
import { timeSynchronisedCheck } from './catalogue/time/synchronised.ts';
import { timeZoneEqualCheck } from './catalogue/time/zone-equal.ts';
import { dependencyHeads } from './dependencies.ts';
import { inventoryHeads } from './inventory.ts';
import type { Check, CheckHead } from './model.ts';

/** Every check of the environment stage; a new one is one file and one line here. */
export const catalogue: readonly Check[] = [
  hostCpuCountCheck,
  hostArchitectureCheck,
  hostCpuLevelCheck,
  hostGovernorCheck,
  hostLoadCheck,
  hostMemoryTotalCheck,
  hostMemoryAvailableCheck,
  hostSwapOffCheck,
  hostHugePagesCheck,
  hostKernelLogCheck,
  hostPidMaxCheck,
  hostRebootPendingCheck,
  hostVirtualisationCheck,
  osReleaseCheck,
  osKernelVersionCheck,
  osModulesCheck,
  osSystemdCheck,
  osCgroupControllersCheck,
  osSelinuxCheck,
  osApparmorCheck,
  osHostnameValidCheck,
  osHostnameUniqueCheck,
  osMachineIdUniqueCheck,
  osProductUuidUniqueCheck,
  osCommandsCheck,
  osIptablesVersionCheck,
  osOpenFilesCheck,
  osIpForwardCheck,
  osBridgeNetfilterCheck,
  osReversePathFilterCheck,
  osInotifyInstancesCheck,
  osInotifyWatchesCheck,
  osMapCountCheck,
  osSwappinessCheck,
  osListenBacklogCheck,
  osFileMaxCheck,
  osLocaleCheck,
  osTemporaryExecCheck,
  storageFreeSpaceCheck,
  storageUsedShareCheck,
  storageInodesCheck,
  storageFileSystemCheck,
  storageMountOptionsCheck,
  storageDataFolderCheck,
  networkTcpMatrixCheck,
  networkDefaultRouteCheck,
  networkDeclaredAddressCheck,
  networkResolversCheck,
  networkNamesResolveCheck,
  networkWildcardDomainCheck,
  networkOwnNameCheck,
  networkFirewallCheck,
  networkProxyCheck,
  networkMacUniqueCheck,
  networkMtuEqualCheck,
  timeSynchronisedCheck,
  timeOffsetCheck,
  timeSkewCheck,
  timeZoneEqualCheck,
  timeLaptopCheck,
  runtimeSocketCheck,
  runtimeVersionCheck,
  runtimeCgroupDriverCheck,
  runtimeRegistryTrustFolderCheck,
  permissionRootCheck,
  permissionTemporaryFolderCheck,
  permissionPasswordExpiryCheck,
];

/** What every check of all stages says about itself, by id. */
export const catalogueHeads: ReadonlyMap<string, CheckHead> = new Map(
  [...inventoryHeads, ...catalogue, ...dependencyHeads].map((head) => [head.id, head]),
);
