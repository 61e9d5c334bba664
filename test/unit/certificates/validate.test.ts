import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { Text } from '../../../electron/contract/text.ts';
import { issueIntermediate, issueLeaf, issueRoot } from '../../../electron/engine/certificates/issue.ts';
import { makePrivateKey } from '../../../electron/engine/certificates/keys.ts';
import { type ChainExpectation, validateChain } from '../../../electron/engine/certificates/validate.ts';

const now = new Date('2026-03-01T00:00:00Z');

describe('a chain that was handed over', () => {
  let root = '';
  let intermediate = '';
  let leaf = '';
  let key = '';
  let other = '';
  let client = '';
  before(async () => {
    const [rootKey, intermediateKey] = await Promise.all([makePrivateKey(), makePrivateKey()]);
    key = await makePrivateKey();
    other = await issueRoot({ key: await makePrivateKey(), name: 'other', now });
    root = await issueRoot({ key: rootKey, name: 'root', now });
    intermediate = await issueIntermediate({
      root: { certificate: root, key: rootKey },
      key: intermediateKey,
      name: 'issuing',
      now,
    });
    const issuer = { certificate: intermediate, key: intermediateKey };
    const names = ['app.internal', '*.apps.internal', '10.0.0.1', 'fe80::1'];
    leaf = await issueLeaf({ issuer, key, names, usages: ['server'], now });
    client = await issueLeaf({ issuer, key, names: ['app.internal'], usages: ['client'], now });
  });
  const faults = async (change: Partial<ChainExpectation> = {}): Promise<string[]> => {
    const expected = {
      chain: leaf + intermediate,
      key,
      roots: [root],
      names: ['app.internal'],
      usage: 'server' as const,
      now,
    };
    return (await validateChain({ ...expected, ...change })).map((fault: Text) =>
      'key' in fault ? fault.key.replace('certificates.', '') : '?',
    );
  };

  it('is accepted with and without its root, for names, wildcards and addresses in any spelling', async () => {
    assert.deepEqual(await faults(), []);
    assert.deepEqual(await faults({ chain: leaf + intermediate + root }), []);
    assert.deepEqual(await faults({ names: ['APP.internal.', 'x.apps.internal', '10.0.0.1', 'FE80:0::1'] }), []);
    assert.deepEqual(
      await faults({ chain: `text before\r\n${(leaf + intermediate).replaceAll('\n', '\r\n')}text after` }),
      [],
    );
  });

  it('shows each fault by its name', async () => {
    assert.deepEqual(await faults({ chain: 'nothing' }), ['faultNoCertificate']);
    assert.deepEqual(await faults({ chain: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }), [
      'faultUnreadable',
    ]);
    assert.deepEqual(await faults({ chain: leaf }), ['faultRoot']);
    assert.deepEqual(await faults({ roots: [other] }), ['faultRoot']);
    assert.deepEqual(await faults({ chain: leaf + root + intermediate }), [
      'faultOrder',
      'faultLink',
      'faultPathLength',
    ]);
    assert.deepEqual(await faults({ chain: leaf + intermediate + intermediate }), [
      'faultDouble',
      'faultLink',
      'faultPathLength',
    ]);
    assert.deepEqual(await faults({ chain: leaf + leaf + intermediate }), [
      'faultDouble',
      'faultOrder',
      'faultNotAuthority',
      'faultPathLength',
    ]);
    assert.deepEqual(await faults({ key: await makePrivateKey() }), ['faultKey']);
    assert.deepEqual(await faults({ key: 'no key' }), ['faultKey']);
    assert.deepEqual(await faults({ names: ['app.internal', 'b.internal', 'x.y.apps.internal', '10.0.0.2'] }), [
      'faultName',
      'faultName',
      'faultName',
    ]);
    assert.deepEqual(await faults({ usage: 'client' }), ['faultClientUsage']);
    assert.deepEqual(await faults({ chain: client + intermediate }), ['faultServerUsage']);
    assert.deepEqual(await faults({ chain: intermediate, key: undefined as never, names: [] }), [
      'faultLeafIsAuthority',
      'faultKeyUsage',
    ]);
  });

  it("is judged by the site's time", async () => {
    assert.deepEqual(await faults({ now: new Date('2026-02-01T00:00:00Z') }), ['faultNotYet', 'faultNotYet']);
    assert.deepEqual(await faults({ now: new Date('2027-06-01T00:00:00Z') }), ['faultExpired']);
  });

  it('shows weak keys, weak hashes and unknown critical extensions of other makers', async (test) => {
    if (spawnSync('openssl', ['version']).status !== 0) return test.skip('openssl is not installed');
    const folder = mkdtempSync(join(tmpdir(), 'sitewright-weak-'));
    try {
      const make = async (name: string, options: readonly string[]): Promise<string[]> => {
        const config =
          '[req]\ndistinguished_name=d\nprompt=no\nx509_extensions=e\n[d]\nCN=app.internal\n[e]\nsubjectAltName=DNS:app.internal\n1.2.3.4=critical,DER:0500\n';
        writeFileSync(join(folder, 'config'), config);
        const out = join(folder, name);
        const args = [
          'req',
          '-x509',
          '-nodes',
          '-days',
          '30',
          '-config',
          join(folder, 'config'),
          '-keyout',
          `${out}.key`,
          '-out',
          out,
          ...options,
        ];
        const made = spawnSync('openssl', args);
        assert.equal(made.status, 0, made.stderr.toString());
        const chain = readFileSync(out, 'utf8');
        return await faults({ chain, key: readFileSync(`${out}.key`, 'utf8'), roots: [chain], now: new Date() });
      };
      assert.deepEqual(await make('rsa', ['-newkey', 'rsa:1024', '-sha1']), [
        'faultWeakKey',
        'faultWeakHash',
        'faultUnknownCritical',
      ]);
      assert.deepEqual(await make('p521', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521', '-sha512']), [
        'faultWeakKey',
        'faultUnknownCritical',
      ]);
      assert.deepEqual(await make('ed', ['-newkey', 'ed25519']), ['faultWeakKey', 'faultUnknownCritical']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
