import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect, createServer } from 'node:tls';
import {
  issueIntermediate,
  issueLeaf,
  issueRoot,
  type LeafUsage,
} from '../../../electron/engine/certificates/issue.ts';
import { type KeyKind, makePrivateKey } from '../../../electron/engine/certificates/keys.ts';
import { readCertificate } from '../../../electron/engine/certificates/read.ts';
import { derChildren, derExtensions, derFields } from './der.ts';

const day = 86_400_000;
const now = new Date('2026-03-01T08:30:00.250Z');
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

type Issued = { readonly root: string; readonly intermediate: string; readonly leaf: string; readonly key: string };

async function issue(
  names: readonly string[],
  options: { kind?: KeyKind; at?: Date; usages?: readonly LeafUsage[]; name?: string } = {},
): Promise<Issued> {
  const { kind = 'p256', at = now, usages = ['server'], name = '演练 plant' } = options;
  const [rootKey, intermediateKey, key] = await Promise.all([
    makePrivateKey(kind),
    makePrivateKey(kind),
    makePrivateKey(kind),
  ]);
  const root = await issueRoot({ key: rootKey!, name: `${name} root CA`, now: at });
  const authority = { certificate: root, key: rootKey! };
  const intermediate = await issueIntermediate({
    root: authority,
    key: intermediateKey!,
    name: `${name} issuing CA`,
    now: at,
  });
  const leaf = await issueLeaf({
    issuer: { certificate: intermediate, key: intermediateKey! },
    key: key!,
    names,
    usages,
    now: at,
  });
  return { root, intermediate, leaf, key: key! };
}

const names = ['Registry.Site.Internal.', '10.1.2.3', 'FE80::0:1', '能源.example', '*.apps.site.internal'];
const longName = `${'a'.repeat(60)}.${'b'.repeat(60)}.internal`;

describe('the sixteen points of an issued certificate', () => {
  let ec: Issued;
  let rsa: Issued;
  before(async () => {
    ec = await issue(names);
    rsa = await issue(names, { kind: 'rsa2048', usages: ['server', 'client'] });
  });
  const all = (): readonly string[] => [ec.root, ec.intermediate, ec.leaf, rsa.root, rsa.intermediate, rsa.leaf];
  const extension = (pem: string, id: string) => derExtensions(pem).find((candidate) => candidate.id === id);

  it('1 is version 3', () => {
    for (const pem of all()) assert.deepEqual([...derFields(pem).version], [0xa0, 3, 2, 1, 2]);
  });

  it('2 has a random, positive serial of 16 to 20 octets', () => {
    const serials = all().map((pem) => derFields(pem).serial);
    for (const serial of serials) {
      assert.ok(serial.length >= 16 && serial.length <= 20, `${serial.length} octets`);
      assert.ok(serial[0]! > 0 && serial[0]! < 0x80, 'positive and without padding');
    }
    assert.equal(new Set(serials.map((serial) => serial.toString('hex'))).size, serials.length);
  });

  it("3 carries the authority's subject byte for byte as issuer", () => {
    for (const { root, intermediate, leaf } of [ec, rsa]) {
      assert.ok(derFields(leaf).issuer.equals(derFields(intermediate).subject));
      assert.ok(derFields(intermediate).issuer.equals(derFields(root).subject));
      assert.ok(derFields(root).issuer.equals(derFields(root).subject));
    }
  });

  it('4 has subject and authority key identifiers that match', () => {
    const subjectId = (pem: string): string =>
      derChildren(extension(pem, '2.5.29.14')!.value)[0]!.content.toString('hex');
    const authorityId = (pem: string): string => {
      const [sequence] = derChildren(extension(pem, '2.5.29.35')!.value);
      const [keyId, ...others] = derChildren(sequence!.content);
      assert.equal(keyId!.tag, 0x80);
      assert.equal(others.length, 0, 'key id only');
      return keyId!.content.toString('hex');
    };
    for (const { root, intermediate, leaf } of [ec, rsa]) {
      assert.equal(authorityId(leaf), subjectId(intermediate));
      assert.equal(authorityId(intermediate), subjectId(root));
      assert.equal(authorityId(root), subjectId(root));
      assert.equal(subjectId(leaf).length, 40);
      assert.equal(new Set([root, intermediate, leaf].map(subjectId)).size, 3);
    }
  });

  it('5 and 6 has basic constraints: critical on authorities, path length 0 on the intermediate only, no CA on leaves', () => {
    const constraints = (pem: string) => ({
      critical: extension(pem, '2.5.29.19')!.critical,
      hex: extension(pem, '2.5.29.19')!.value.toString('hex'),
    });
    for (const { root, intermediate, leaf } of [ec, rsa]) {
      assert.deepEqual(constraints(root), { critical: true, hex: '30030101ff' });
      assert.deepEqual(constraints(intermediate), { critical: true, hex: '30060101ff020100' });
      assert.equal(constraints(leaf).hex, '3000');
    }
  });

  it('7 has a critical key usage that fits the kind of key', () => {
    const usage = (pem: string) => ({
      critical: extension(pem, '2.5.29.15')!.critical,
      hex: extension(pem, '2.5.29.15')!.value.toString('hex'),
    });
    // Named bits, most significant first, the trailing zero bits counted off: digitalSignature; plus keyEncipherment; keyCertSign and cRLSign.
    assert.deepEqual(usage(ec.leaf), { critical: true, hex: '03020780' });
    assert.deepEqual(usage(rsa.leaf), { critical: true, hex: '030205a0' });
    for (const pem of [ec.root, ec.intermediate, rsa.root, rsa.intermediate])
      assert.deepEqual(usage(pem), { critical: true, hex: '03020106' });
  });

  it('8 has extended key usage on leaves only, as asked for', () => {
    for (const pem of [ec.root, ec.intermediate, rsa.root, rsa.intermediate])
      assert.equal(extension(pem, '2.5.29.37'), undefined);
    assert.deepEqual(new X509Certificate(ec.leaf).keyUsage, ['1.3.6.1.5.5.7.3.1']);
    assert.deepEqual(new X509Certificate(rsa.leaf).keyUsage, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  });

  it('9 and 10 names everything in the SAN, addresses as iPAddress, names as lower-case A-labels without a trailing dot', () => {
    const [sequence] = derChildren(extension(ec.leaf, '2.5.29.17')!.value);
    const entries = derChildren(sequence!.content);
    const dns = entries.filter((entry) => entry.tag === 0x82).map((entry) => entry.content.toString('latin1'));
    const addresses = entries.filter((entry) => entry.tag === 0x87).map((entry) => entry.content.toString('hex'));
    assert.equal(dns.length + addresses.length, entries.length);
    assert.deepEqual(dns, ['*.apps.site.internal', 'registry.site.internal', 'xn--b9wz60b.example']);
    assert.deepEqual(addresses.sort(), ['0a010203', 'fe800000000000000000000000000001']);
  });

  it('11 refuses underscores, empty labels and nothing at all', async () => {
    for (const bad of ['my_host.internal', 'a..b', '', '-a.internal', 'a b', '10.0.0.300']) {
      await assert.rejects(
        issue([bad]),
        (error: unknown) => (error as { code?: string }).code === 'certificate-invalid',
        bad,
      );
    }
  });

  it('12 makes the SAN critical exactly when the subject is empty', async () => {
    const long = await issue([longName]);
    assert.equal(derFields(long.leaf).subject.toString('hex'), '3000');
    assert.equal(extension(long.leaf, '2.5.29.17')!.critical, true);
    assert.notEqual(derFields(ec.leaf).subject.toString('hex'), '3000');
    assert.equal(extension(ec.leaf, '2.5.29.17')!.critical, false);
  });

  it('13 writes UTCTime before 2050 and GeneralizedTime from 2050', async () => {
    assert.deepEqual(
      derFields(ec.root).validity.map((time) => time.tag),
      [0x17, 0x17],
    );
    const late = await issue(['a.internal'], { at: new Date('2045-06-01T00:00:00Z') });
    assert.deepEqual(
      derFields(late.root).validity.map((time) => time.tag),
      [0x17, 0x18],
    );
    const latest = await issue(['a.internal'], { at: new Date('2049-12-31T23:50:00Z') });
    assert.deepEqual(
      derFields(latest.leaf).validity.map((time) => time.tag),
      [0x17, 0x18],
    );
  });

  it('14 begins five minutes ago; a leaf lives 397 days, an authority ten years, nothing longer than its issuer', async () => {
    const life = async (pem: string) =>
      (({ notBefore, notAfter }) => [new Date(notBefore), new Date(notAfter)] as const)(await readCertificate(pem));
    for (const pem of all()) assert.equal((await life(pem))[0].toISOString(), '2026-03-01T08:25:00.000Z');
    const [from, until] = await life(ec.leaf);
    assert.equal(until.getTime() - from.getTime(), 397 * day - 1000);
    assert.equal((await life(ec.root))[1].toISOString(), '2036-03-01T08:25:00.000Z');
    const key = await makePrivateKey();
    const root = await issueRoot({ key, name: 'r', now });
    const long = await issueLeaf({
      issuer: { certificate: root, key },
      key,
      names: ['a.internal'],
      usages: ['server'],
      now,
      days: 4000,
    });
    assert.equal(((await life(long))[1].getTime() - (await life(long))[0].getTime() + 1000) / day, 825);
    const nearEnd = new Date('2036-02-01T00:00:00Z');
    const short = await issueLeaf({
      issuer: { certificate: root, key },
      key,
      names: ['a.internal'],
      usages: ['server'],
      now: nearEnd,
    });
    assert.equal((await life(short))[1].toISOString(), '2036-03-01T08:25:00.000Z');
  });

  it('15 has no name constraints and no extension beyond the planned ones', () => {
    for (const pem of [ec.root, ec.intermediate]) {
      assert.deepEqual(
        derExtensions(pem)
          .map(({ id }) => id)
          .sort(),
        ['2.5.29.14', '2.5.29.15', '2.5.29.19', '2.5.29.35'],
      );
    }
    assert.deepEqual(
      derExtensions(ec.leaf)
        .map(({ id }) => id)
        .sort(),
      ['2.5.29.14', '2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.35', '2.5.29.37'],
    );
  });

  it('16 signs with SHA-256, with P-256 by default and RSA from 2048 bits on request', async () => {
    for (const pem of all()) assert.equal((await readCertificate(pem)).signatureHash, 'SHA-256');
    assert.equal((await readCertificate(ec.leaf)).key, 'EC prime256v1');
    assert.equal((await readCertificate(rsa.leaf)).key, 'RSA 2048');
    assert.ok(new X509Certificate(ec.leaf).checkPrivateKey(createPrivateKey(ec.key)));
  });
});

describe('other verifiers', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'sitewright-x509-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('OpenSSL verifies the chain strictly, for the name, the address and the purpose', async (test) => {
    if (!hasOpenssl) return test.skip('openssl is not installed');
    for (const [kind, wanted] of [
      ['p256', names],
      ['rsa3072', names],
      ['p256', [longName, '10.1.2.3']],
    ] as const) {
      const { root, intermediate, leaf } = await issue(wanted, { kind, at: new Date() });
      const file = (name: string, content: string): string => {
        writeFileSync(join(folder, name), content);
        return join(folder, name);
      };
      const base = [
        'verify',
        '-x509_strict',
        '-purpose',
        'sslserver',
        '-CAfile',
        file('root', root),
        '-untrusted',
        file('intermediate', intermediate),
      ];
      const host = wanted[0] === longName ? longName : 'registry.site.internal';
      for (const check of [
        ['-verify_hostname', host],
        ['-verify_ip', '10.1.2.3'],
      ]) {
        assert.match(
          execFileSync('openssl', [...base, ...check, file('leaf', leaf)], { stdio: 'pipe' }).toString(),
          /: OK/,
        );
      }
    }
  });

  it('Node accepts it in a real handshake, for names and addresses, and refuses other names', async () => {
    const { root, intermediate, leaf, key } = await issue(['registry.site.internal', '127.0.0.1'], { at: new Date() });
    const server = createServer({ cert: `${leaf}${intermediate}`, key });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const shake = (servername?: string): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect({
          host: '127.0.0.1',
          port,
          ca: root,
          ...(servername === undefined ? {} : { servername }),
        });
        socket.once('secureConnect', () => socket.end(() => resolve('trusted')));
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      });
    try {
      assert.equal(await shake('registry.site.internal'), 'trusted');
      assert.equal(await shake(), 'trusted');
      assert.equal(await shake('other.site.internal'), 'ERR_TLS_CERT_ALTNAME_INVALID');
    } finally {
      server.close();
    }
  });
});
