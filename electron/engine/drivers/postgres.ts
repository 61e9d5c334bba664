import type pg from 'pg';

/** Which account and database: the administrator's, or the release's owner role in the release's database. */
export type PostgresAccount = { readonly as: 'administrator' } | { readonly as: 'owner' };

/**
 * Connections to the site's PostgreSQL. TLS: verified against the site's CA when the server offers TLS and the CA exists.
 * Errors: database-unreachable, database-auth-failed.
 */
export type PostgresDriver = {
  /** A new connection; the caller ends it. `database` overrides the account's own. */
  readonly connect: (account: PostgresAccount, options?: { readonly database?: string; readonly signal?: AbortSignal }) => Promise<pg.Client>;
};
