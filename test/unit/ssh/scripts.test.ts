import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkInstallerScripts } from '../../../build/installer-scripts.ts';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import { scriptFolder } from '../../../electron/engine/drivers/ssh/scripts.ts';

const delivered = fileURLToPath(new URL('../../../installer-scripts', import.meta.url));

it('the manifest fits the scripts', () => assert.deepEqual(checkInstallerScripts(), []));

it('a changed or unknown script is never sent', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sitewright-scripts-'));
  const refused = (error: unknown): boolean =>
    error instanceof SitewrightError && error.code === 'installer-script-invalid';
  try {
    await cp(delivered, folder, { recursive: true });
    assert.match(
      (await scriptFolder(folder).read('trust-ca.sh')).toString(),
      /^#!\/bin\/sh\n# sitewright: trust-ca\.sh\n/,
    );
    await writeFile(join(folder, 'trust-ca.sh'), '#!/bin/sh\n# sitewright: trust-ca.sh\necho changed\n');
    const scripts = scriptFolder(folder);
    await assert.rejects(scripts.read('trust-ca.sh'), refused);
    await assert.rejects(scripts.read('unknown.sh'), refused);
    await assert.rejects(scripts.read('../package.json'), refused);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
