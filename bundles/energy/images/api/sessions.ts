import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { Refusal } from './answers.ts';
import type { SessionNotices } from './notices.ts';

/** Who a request comes from. */
export type Principal = {
  readonly name: string;
  readonly role: string;
  readonly permissions: ReadonlySet<string>;
  readonly mustChange: boolean;
  /** SHA-256 of the token, in hex. */
  readonly session: string;
};

type Cached = { readonly principal: Principal; readonly expires: number; readonly until: number };

/** How long a looked-up session is believed without asking the database again. */
const believeMs = 3_000;
const mostCached = 10_000;

export type Sessions = {
  /** Starts a session and gives its token, which is stored nowhere. */
  readonly start: (user: string) => Promise<{ readonly token: string; readonly expiresAt: string }>;
  /** Refusal 401 unauthenticated. */
  readonly authenticate: (authorization: string | undefined) => Promise<Principal>;
  readonly end: (principal: Principal) => Promise<void>;
  /** Ends the other sessions of a user, whose rights or password have changed. */
  readonly endOthers: (principal: Principal) => Promise<void>;
  readonly cached: () => number;
};

/** Sessions in the database, with a short memory that other pods are told to forget. */
export function createSessions(pool: Pool, minutes: number, notices: SessionNotices): Sessions {
  const cache = new Map<string, Cached>();
  notices.onForget((user) => {
    if (user === undefined) return cache.clear();
    for (const [session, { principal }] of cache) if (principal.name === user) cache.delete(session);
  });

  const lookUp = async (session: string): Promise<Cached | undefined> => {
    const { rows } = await pool.query<{
      name: string;
      role: string;
      must_change: boolean;
      expires: number;
      permissions: string[];
    }>({
      name: 'session-read',
      text: `select u.name, u.role, u.must_change, extract(epoch from s.expires_at)::float8 * 1000 as expires,
               array(select permission from role_permissions where role = u.role) as permissions
             from sessions s join users u on u.name = s.user_name
             where s.token_hash = decode($1, 'hex') and s.expires_at > now()`,
      values: [session],
    });
    const row = rows[0];
    if (!row) return undefined;
    const principal = {
      name: row.name,
      role: row.role,
      permissions: new Set(row.permissions),
      mustChange: row.must_change,
      session,
    };
    return { principal, expires: row.expires, until: Date.now() + believeMs };
  };

  const find = async (session: string): Promise<Principal | undefined> => {
    const now = Date.now();
    const known = cache.get(session);
    if (known && known.until > now && known.expires > now) return known.principal;
    cache.delete(session);
    const epoch = notices.epoch();
    const found = await lookUp(session);
    // A notice that came while the question was under way may be about this very session.
    if (found && notices.listening() && epoch === notices.epoch()) {
      if (cache.size >= mostCached) cache.clear();
      cache.set(session, found);
    }
    return found?.principal;
  };

  return {
    start: async (user) => {
      const token = randomBytes(32).toString('base64url');
      const { rows } = await pool.query<{ expires_at: Date }>({
        name: 'session-start',
        text: `with gone as (delete from sessions where expires_at < now())
               insert into sessions (token_hash, user_name, expires_at)
               values (decode($1, 'hex'), $2, now() + make_interval(mins => $3)) returning expires_at`,
        values: [digestOf(token), user, minutes],
      });
      return { token, expiresAt: rows[0]!.expires_at.toISOString() };
    },
    authenticate: async (authorization) => {
      const token = /^Bearer ([A-Za-z0-9_-]{43})$/i.exec(authorization ?? '')?.[1];
      const principal = token === undefined ? undefined : await find(digestOf(token));
      if (principal) return principal;
      throw new Refusal(401, 'unauthenticated', 'Sign in first.', { 'www-authenticate': 'Bearer' });
    },
    end: async (principal) => {
      cache.delete(principal.session);
      await pool.query(`delete from sessions where token_hash = decode($1, 'hex')`, [principal.session]);
      notices.forget(principal.name);
    },
    endOthers: async (principal) => {
      await pool.query(`delete from sessions where user_name = $1 and token_hash <> decode($2, 'hex')`, [
        principal.name,
        principal.session,
      ]);
      notices.forget(principal.name);
    },
    cached: () => cache.size,
  };
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
