/** Texts of certificates: names, authorities, faults of a chain, distribution and proof. */
export const certificates = {
  'certificates.problemUnderscore': '"{name}" has an underscore, which a certificate may not carry',
  'certificates.problemName': '"{name}" is not a DNS name',
  'certificates.problemNoName': 'no name and no address is given',
  'certificates.problemNoKeyId': 'the authority has no subject key identifier',
  'certificates.problemNoAuthority': "the site's own authority has not issued it yet",
  'certificates.problemMissing': '{path} is not there',
  'certificates.problemDiffers': '{path} does not hold what was written',
  'certificates.faultNoCertificate': 'The text holds no certificate in PEM form.',
  'certificates.faultUnreadable': 'Certificate number {position} of the chain cannot be read.',
  'certificates.faultDouble': 'The chain holds {subject} more than once.',
  'certificates.faultOrder': 'The order of the chain is wrong: {subject} must be followed by its issuer {issuer}.',
  'certificates.faultLink':
    'The chain is broken: {subject} is not signed by the certificate that follows; its issuer is {issuer}.',
  'certificates.faultRoot': 'The chain does not lead to a trusted root: {subject} was issued by {issuer}.',
  'certificates.faultNotAuthority': '{subject} stands in the chain as an issuer but may not sign certificates.',
  'certificates.faultPathLength': '{subject} allows {length} authorities below it, and the chain has more.',
  'certificates.faultKey': 'The private key does not belong to the certificate.',
  'certificates.faultLeafIsAuthority': "{subject} is an authority's certificate and not one for an endpoint.",
  'certificates.faultName': 'The certificate does not cover {name}.',
  'certificates.faultKeyUsage': 'The key usage of the certificate does not allow signatures.',
  'certificates.faultServerUsage': 'The certificate may not be used for servers.',
  'certificates.faultClientUsage': 'The certificate may not be used for clients.',
  'certificates.faultNotYet': "{subject} is valid from {notBefore} on; the site's time is {now}.",
  'certificates.faultExpired': "{subject} expired on {notAfter}; the site's time is {now}.",
  'certificates.faultWeakKey': 'The key of {subject} is not accepted: {key}; RSA from 2048 bits, P-256 and P-384 are.',
  'certificates.faultWeakHash': '{subject} is signed with {hash}, which is no longer safe.',
  'certificates.faultDoubleExtension': '{subject} has the extension {id} twice.',
  'certificates.faultUnknownCritical':
    '{subject} has the unknown critical extension {id}; every client will refuse it.',
  'certificates.and': '{words} {next}',
  'certificates.effectRoot':
    "Make the site's root authority (P-256, 10 years) unless it is there; its key goes to the vault",
  'certificates.effectIntermediate':
    'Make the authority that issues certificates, signed by the root; its key goes to the vault',
  'certificates.effectIssue':
    'Issue a server certificate for {names} (P-256, 397 days) unless a fitting one has more than 30 days left',
  'certificates.effectFile': 'Write {path}, owner root, mode {mode}',
  'certificates.effectTrust': "Add the site's CA to the system's trust store",
  'certificates.effectReload': 'Have the service {service} on {host} load its new certificate',
  'certificates.effectProve': 'Open a TLS connection to {address}; check chain, name and expiry',
  'certificates.logWritten': '{path} written',
  'certificates.logReloaded': 'Service {service} loads its certificate',
  'certificates.logNoUnit':
    'There is no unit of the service {service} here; the handshake will tell whether the certificate is in use',
  'certificates.issuedTitle': 'Certificate of {name}',
  'certificates.issuedExpected': "chain to the site's root, key matches, covers {names}, valid now",
  'certificates.issuedActual': 'issued by {issuer} for {names}; {key}; valid until {until}, {days} days left',
  'certificates.trustTitle': "System trust of the site's CA",
  'certificates.trustExpected': "the site's CA in the system's trust store",
  'certificates.trustActual': '{path}; {said}',
  'certificates.trustUnknown': '{path} is written, but the trust store of this system is not known: {said}',
  'certificates.trustFix':
    'Add {path} to the trust store by the means of this distribution, where programs of the host itself call the services.',
  'certificates.handshakeTitle': 'TLS handshake with {name}',
  'certificates.handshakeExpected': 'the issued certificate, trusted for {name}, TLS 1.2 or newer',
  'certificates.handshakeActual':
    '{address}: {protocol}; issued by {issuer} for {names}; valid until {until}, {days} days left',
  'certificates.handshakeOther':
    '{address} shows another certificate: issued by {issuer} for {names}, valid until {until}; {protocol}',
  'certificates.handshakeUntrusted':
    '{address} is not trusted ({reason}): issued by {issuer} for {names}, valid until {until}; {protocol}',
  'certificates.handshakeWhy': 'The service has not loaded the new files, or something else answers at this address.',
  'certificates.handshakeFix':
    'Point the service at the written certificate and key, restart it, and check what listens at {address}.',
} as const;
