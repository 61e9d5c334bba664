/** Where credentials live, and nowhere else. Entry names are not secret, values are. */
export type Vault = {
  /** Error: vault-missing-secret. */
  readonly get: (name: string) => string;
  readonly has: (name: string) => boolean;
  /** Durable before it returns. */
  readonly set: (name: string, value: string) => void;
  readonly names: () => readonly string[];
  /** The entry's value; made by `make` and stored durably first if it is not there yet. */
  readonly getOrCreate: (name: string, make: () => string) => string;
  /** Masks every known secret (plain, base64, URL-encoded) in a text. */
  readonly mask: (words: string) => string;
};
