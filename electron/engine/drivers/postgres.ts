import type pg from 'pg';

/** Which account and database: the administrator's, or the release's owner role in the release's database. */
export type PostgresAccount = { readonly as: 'administrator' } | { readonly as: 'owner' };

export type PostgresConnectOptions = {
  /** Another database than the account's own. */
  readonly database?: string;
  /** Ends the connection when it aborts; what runs on it fails. */
  readonly signal?: AbortSignal;
  /** Only for checks that run before the server has its certificate: takes any certificate, and a server without TLS. */
  readonly unverified?: boolean;
};

/**
 * Connections to the site's PostgreSQL. Once the site's CA exists, TLS is demanded and verified against it.
 * Errors: database-unreachable, database-auth-failed, database-refused, handshake-failed.
 */
export type PostgresDriver = {
  /** A new connection; the caller ends it. */
  readonly connect: (account: PostgresAccount, options?: PostgresConnectOptions) => Promise<pg.Client>;
};
