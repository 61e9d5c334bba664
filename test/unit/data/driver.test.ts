import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout as after } from 'node:timers/promises';
import forge from 'node-forge';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import type { DatabaseEndpoint } from '../../../electron/contract/site.ts';
import { createPostgresDriver } from '../../../electron/engine/drivers/postgres-driver.ts';
import { testContext, testSite } from '../../kit/context.ts';
import { startPostgres } from '../../kit/postgres.ts';
import { testRelease } from './fixture.ts';

/** A CA and a server certificate for the names, as PEM. */
function issue(names: readonly string[]) {
  const make = (
    subject: string,
    issuer: string,
    keys: forge.pki.rsa.KeyPair,
    signer: forge.pki.rsa.KeyPair,
    extensions: object[],
  ) => {
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = keys.publicKey;
    certificate.serialNumber = `0${Math.ceil(Math.random() * 1e8)}`;
    certificate.validity.notBefore = new Date(Date.now() - 60_000);
    certificate.validity.notAfter = new Date(Date.now() + 3_600_000);
    certificate.setSubject([{ name: 'commonName', value: subject }]);
    certificate.setIssuer([{ name: 'commonName', value: issuer }]);
    certificate.setExtensions(extensions);
    certificate.sign(signer.privateKey, forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate);
  };
  const authority = forge.pki.rsa.generateKeyPair(2048);
  const server = forge.pki.rsa.generateKeyPair(2048);
  const altNames = names.map((name) => (/^[\d.]+$/.test(name) ? { type: 7, ip: name } : { type: 2, value: name }));
  return {
    authority: make('CA', 'CA', authority, authority, [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', keyCertSign: true },
    ]),
    certificate: make('server', 'CA', server, authority, [{ name: 'subjectAltName', altNames }]),
    key: forge.pki.privateKeyToPem(server.privateKey),
  };
}

const { release } = testRelease({ database: 'own' });

function driverTo(endpoint: Partial<DatabaseEndpoint>, password: string, authorities: readonly string[]) {
  const base = testSite().database!;
  const site = testSite({ database: { ...base, names: [], ...endpoint } });
  const { context } = testContext({ site, secrets: { database: password, 'database-owner': password } });
  return createPostgresDriver({ site, release, vault: context.vault, authorities: () => authorities });
}

const codeOf = async (work: Promise<unknown>) => {
  try {
    await work;
    return 'connected';
  } catch (error) {
    assert.ok(error instanceof SitewrightError, String(error));
    return error.code;
  }
};
const administrator = { as: 'administrator' } as const;

test('TLS is verified against the site CA and the endpoint name', async () => {
  const made = issue(['database.site.internal', '127.0.0.1']);
  const server = await startPostgres({ certificate: made });
  const { port, password } = server;
  const reach = (endpoint: Partial<DatabaseEndpoint>, authorities: readonly string[]) =>
    codeOf(driverTo({ port, ...endpoint }, password, authorities).connect(administrator));
  try {
    assert.equal(await reach({ names: ['database.site.internal'] }, [made.authority]), 'connected');
    assert.equal(await reach({}, [made.authority]), 'connected');
    assert.equal(await reach({ names: ['other.site.internal'] }, [made.authority]), 'handshake-failed');
    assert.equal(await reach({}, [issue(['x']).authority]), 'handshake-failed');
    assert.equal(await reach({}, []), 'connected');
    await server.makeDatabase('own');
    const owner = driverTo({ port }, password, [made.authority]);
    const client = await owner.connect({ as: 'owner' });
    const { rows } = await client.query(
      'select current_user, current_database(), ssl from pg_stat_ssl where pid = pg_backend_pid()',
    );
    assert.deepEqual(rows[0], { current_user: 'own', current_database: 'own', ssl: true });
    await owner.close();
    await assert.rejects(client.query('select 1'));
  } finally {
    await server.close();
  }
});

test('each refusal has its code', async () => {
  const server = await startPostgres();
  const { port, password } = server;
  try {
    assert.equal(await codeOf(driverTo({ port }, 'wrong', []).connect(administrator)), 'database-auth-failed');
    assert.equal(
      await codeOf(driverTo({ port }, password, []).connect(administrator, { database: 'nowhere' })),
      'database-refused',
    );
    assert.equal(await codeOf(driverTo({ port: 1 }, password, []).connect(administrator)), 'database-unreachable');
    // A server without TLS is taken before the CA exists, and for the checks, never after.
    const { authority } = issue(['x']);
    assert.equal(await codeOf(driverTo({ port }, password, []).connect(administrator)), 'connected');
    assert.equal(await codeOf(driverTo({ port }, password, [authority]).connect(administrator)), 'handshake-failed');
    assert.equal(
      await codeOf(driverTo({ port }, password, [authority]).connect(administrator, { unverified: true })),
      'connected',
    );
    const controller = new AbortController();
    const client = await driverTo({ port }, password, []).connect(administrator, { signal: controller.signal });
    const sleeping = client.query('select pg_sleep(20)');
    setTimeout(() => controller.abort(), 50);
    await assert.rejects(sleeping);
  } finally {
    await server.close();
  }
});

test('a connection that is being opened is given up at once when it is cancelled', async () => {
  // Says yes to TLS and then nothing, as a server that is being stopped or a gateway without one behind it.
  for (const answer of ['', 'S']) {
    const silent = createServer((socket) =>
      socket.on('error', () => undefined).once('data', () => socket.write(answer)),
    );
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const controller = new AbortController();
    const driver = driverTo({ port: (silent.address() as AddressInfo).port }, 'any', []);
    const opening = codeOf(driver.connect(administrator, { signal: controller.signal }));
    await once(silent, 'connection');
    controller.abort();
    assert.equal(await Promise.race([opening, after(2000)]), 'cancelled');
    silent.close();
  }
});
