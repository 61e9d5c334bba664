/** A reader of DER apart from the issuing library, just large enough to hold a certificate against the standard. */
export type Der = { readonly tag: number; readonly content: Buffer; readonly raw: Buffer };

export function derChildren(bytes: Buffer): readonly Der[] {
  const children: Der[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at]!;
    let length = bytes[at + 1]!;
    let header = 2;
    if (length > 0x80) {
      const octets = length - 0x80;
      length = bytes.readUIntBE(at + 2, octets);
      header += octets;
    }
    const end = at + header + length;
    children.push({ tag, content: bytes.subarray(at + header, end), raw: bytes.subarray(at, end) });
    at = end;
  }
  return children;
}

function toBeSigned(pem: string): readonly Der[] {
  const bytes = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const [certificate] = derChildren(bytes);
  const [tbs] = derChildren(certificate!.content);
  return derChildren(tbs!.content);
}

/** The fixed fields of a version 3 certificate (RFC 5280, 4.1). */
export function derFields(pem: string): {
  readonly version: Buffer;
  readonly serial: Buffer;
  readonly issuer: Buffer;
  readonly validity: readonly Der[];
  readonly subject: Buffer;
} {
  const [version, serial, , issuer, validity, subject] = toBeSigned(pem);
  return {
    version: version!.raw,
    serial: serial!.content,
    issuer: issuer!.raw,
    validity: derChildren(validity!.content),
    subject: subject!.raw,
  };
}

/** The extensions in their order; `value` is the content of the octet string. */
export function derExtensions(
  pem: string,
): readonly { readonly id: string; readonly critical: boolean; readonly value: Buffer }[] {
  const holder = toBeSigned(pem).find((field) => field.tag === 0xa3);
  const [list] = derChildren(holder!.content);
  return derChildren(list!.content).map((extension) => {
    const [id, ...rest] = derChildren(extension.content);
    return {
      id: objectIdentifier(id!.content),
      critical: rest.length === 2 && rest[0]!.content[0] === 0xff,
      value: rest.at(-1)!.content,
    };
  });
}

function objectIdentifier(bytes: Buffer): string {
  const numbers = [Math.floor(bytes[0]! / 40), bytes[0]! % 40];
  let value = 0;
  for (const byte of bytes.subarray(1)) {
    value = value * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    numbers.push(value);
    value = 0;
  }
  return numbers.join('.');
}
