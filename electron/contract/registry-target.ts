import { z } from 'zod';

/** A registry that no site describes: everything that reaching it takes, for one call. Nothing of it is kept. */
export const adHocRegistrySchema = z.strictObject({
  /** Scheme, host and port, e.g. `https://registry.example:5000`. */
  url: z.url({ protocol: /^https?$/ }),
  /** Path before every repository, e.g. a Harbor project. */
  prefix: z.string().default(''),
  /** Empty signs in to nothing. */
  user: z.string().default(''),
  password: z.string().default(''),
  /** PEM certificates to trust, besides the public ones. */
  authorities: z.array(z.string()).default([]),
  /** Also trusts what the operating system trusts. */
  systemTrust: z.boolean().default(false),
  /** SHA-256 of the server's certificate in hex: that one and no other. */
  fingerprint: z
    .string()
    .regex(/^([0-9a-fA-F]{2}:?){31}[0-9a-fA-F]{2}$/)
    .optional(),
  /** Without it an address with http:// is refused: everything, the password too, would be readable on the way. */
  plainHttp: z.boolean().default(false),
  /** An SSH host that reaches the registry where this machine does not. */
  through: z
    .strictObject({
      address: z.string().min(1),
      port: z.number().int().min(1).max(65535).default(22),
      user: z.string().min(1),
      /** Password, or a PEM private key. */
      secret: z.string().min(1),
      /** `SHA256:...` as `ssh-keygen -lf` shows it: the only key that is accepted. */
      hostKey: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/),
    })
    .optional(),
});
export type AdHocRegistry = z.infer<typeof adHocRegistrySchema>;

/** The registry of a site, or one that no site describes. */
export const registryTargetSchema = z.union([
  z.strictObject({ site: z.string() }),
  z.strictObject({ registry: adHocRegistrySchema }),
]);
export type RegistryTarget = z.infer<typeof registryTargetSchema>;
