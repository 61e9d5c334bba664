import { dependencyChecks } from './checks/dependency.ts';
import { hostChecks } from './checks/host.ts';
import { inventoryChecks } from './checks/inventory.ts';
import { networkChecks } from './checks/network.ts';
import { osChecks } from './checks/os.ts';
import { permissionChecks } from './checks/permission.ts';
import { runtimeChecks } from './checks/runtime.ts';
import { storageChecks } from './checks/storage.ts';
import { timeChecks } from './checks/time.ts';
import { checkWords } from './checks/words.ts';

/** Texts of the area; the key's first word is the area's name. */
export const checks = {
  ...dependencyChecks,
  ...hostChecks,
  ...inventoryChecks,
  ...networkChecks,
  ...osChecks,
  ...permissionChecks,
  ...runtimeChecks,
  ...storageChecks,
  ...timeChecks,
  ...checkWords,
} as const;
