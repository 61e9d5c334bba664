import assert from 'node:assert/strict';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { adHocRegistrySchema } from '../../../electron/contract/registry-target.ts';
import { issueLeaf, issueRoot } from '../../../electron/engine/certificates/issue.ts';
import { makePrivateKey } from '../../../electron/engine/certificates/keys.ts';
import { openConnection } from '../../../electron/engine/drivers/ssh/connection.ts';
import { proveImage } from '../../../electron/engine/images/prove.ts';
import { pushImages } from '../../../electron/engine/images/push.ts';
import { openTarget } from '../../../electron/engine/images/target.ts';
import { startRegistry } from '../../kit/registry.ts';
import { type Sshd, startSshd } from '../../kit/sshd.ts';
import { testImages } from '../../unit/images/content.ts';

/** The SSH host as a call names it, with the key that it showed. */
async function wayThrough(sshd: Sshd) {
  let hostKey = '';
  const trust = {
    pinned: () => undefined,
    pin: (_address: string, found: string) => {
      hostKey = found;
    },
  };
  (await openConnection({ host: sshd.host(), secret: sshd.privateKey, trust })).close();
  return { address: sshd.address, port: sshd.port, user: sshd.user, secret: sshd.privateKey, hostKey };
}

const noSite = () => assert.fail('no site is asked for');

test('a push goes through an SSH host with the registry’s own certificate; another host key is refused', async (t) => {
  const sshd = await startSshd();
  if ('skipped' in sshd) return t.skip(sshd.skipped);
  t.after(sshd.stop);
  const keys = { root: await makePrivateKey(), leaf: await makePrivateKey() };
  const now = new Date();
  const root = await issueRoot({ key: keys.root, name: 'tunnel root CA', now });
  const issuer = { certificate: root, key: keys.root };
  const leaf = await issueLeaf({ key: keys.leaf, issuer, names: ['127.0.0.1'], usages: ['server'], now });
  const real = await startRegistry({ tls: { certificate: leaf, key: keys.leaf } });
  if ('skipped' in real) return t.skip(real.skipped);
  t.after(real.stop);
  const through = await wayThrough(sshd);
  const described = (change: object) =>
    adHocRegistrySchema.parse({ url: real.url, authorities: [root], through: { ...through, ...change } });
  const made = await testImages([{ reference: 'energy/api:1', layers: { base: 3_000_000, api: 50_000 } }]);
  const target = openTarget({ registry: described({}) }, noSite);
  const signal = AbortSignal.timeout(60_000);
  const result = await pushImages({ ...made, registry: target.registry, signal, progress: () => undefined });
  assert.equal(result.uploaded, 3);
  assert.equal((await proveImage(target.registry, made.images[0]!)).complete, true);
  await target.registry.close();

  const strange = openTarget({ registry: described({ hostKey: `SHA256:${'A'.repeat(43)}` }) }, noSite);
  await assert.rejects(strange.registry.ping(), { code: 'ssh-host-key-changed' });
  await strange.registry.close();
});

test('a registry that takes nothing any more behind an SSH host stops neither the push nor its end', async (t) => {
  const sshd = await startSshd();
  if ('skipped' in sshd) return t.skip(sshd.skipped);
  t.after(sshd.stop);
  const frozen = createServer({ pauseOnConnect: true });
  await new Promise<void>((resolve) => frozen.listen(0, '127.0.0.1', resolve));
  t.after(() => frozen.close());
  const { port } = frozen.address() as AddressInfo;
  const through = await wayThrough(sshd);
  const described = { url: `http://127.0.0.1:${port}`, plainHttp: true, through };
  const { registry } = openTarget({ registry: adHocRegistrySchema.parse(described) }, noSite);
  const body = {
    length: 64 * 1024 ** 2,
    ranged: false,
    sent: () => undefined,
    open: async function* () {
      for (let piece = 0; piece < 64; piece += 1) yield Buffer.alloc(1024 ** 2);
    },
  };
  await assert.rejects(registry.sendUpload('a/b', { location: `${registry.origin}/u`, offset: 0 }, body), {
    code: 'registry-unreachable',
  });
  const limit = new Promise((resolve) => setTimeout(resolve, 5000, 'still open').unref());
  assert.equal(await Promise.race([registry.close(), limit]), undefined);
});
