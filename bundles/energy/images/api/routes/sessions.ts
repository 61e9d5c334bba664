import { Refusal } from '../answers.ts';
import { onlyFields, textField } from '../fields.ts';
import { countFailure, forgetFailures, refuseLocked } from '../lockout.ts';
import { hashPassword, impossibleHash, verifyPassword } from '../passwords.ts';
import type { Route } from '../router.ts';
import type { Service } from '../service.ts';

const shortestPassword = 12;

/** Signing in and out, and the own password. */
export function sessionRoutes({ pool, sessions, metrics, log }: Service): readonly Route[] {
  const storedHash = async (name: string) => {
    const { rows } = await pool.query<{ password_hash: string; role: string; must_change: boolean }>({
      name: 'user-read',
      text: 'select password_hash, role, must_change from users where name = $1',
      values: [name],
    });
    return rows[0];
  };

  /** Refusals: 429 too-many-failures; `wrong` when the password does not fit. */
  const prove = async (name: string, password: string, wrong: () => Refusal) => {
    await refuseLocked(pool, name);
    const user = await storedHash(name);
    const fits = await verifyPassword(password, user?.password_hash ?? impossibleHash);
    if (!user || !fits) {
      metrics.signInFailed();
      log('warn', 'password refused', { user: name });
      await countFailure(pool, name);
      throw wrong();
    }
    // Attempts that ran at the same time may have locked the name meanwhile.
    await refuseLocked(pool, name);
    await forgetFailures(pool, name);
    return user;
  };

  return [
    {
      method: 'POST',
      path: '/api/v1/sessions',
      access: 'open',
      handle: async (call) => {
        const body = await call.body();
        onlyFields(body, ['name', 'password']);
        const name = textField(body, 'name', 64);
        const wrong = () =>
          new Refusal(401, 'credentials-wrong', 'Name or password is wrong.', { 'www-authenticate': 'Bearer' });
        const user = await prove(name, textField(body, 'password', 256), wrong);
        const session = await sessions.start(name);
        log('info', 'signed in', { user: name });
        return { status: 201, body: { ...session, role: user.role, mustChangePassword: user.must_change } };
      },
    },
    {
      method: 'DELETE',
      path: '/api/v1/sessions',
      access: 'session',
      handle: async ({ principal }) => {
        await sessions.end(principal);
        log('info', 'signed out', { user: principal.name });
        return { status: 204 };
      },
    },
    {
      method: 'PUT',
      path: '/api/v1/password',
      access: 'session',
      handle: async (call) => {
        const body = await call.body();
        onlyFields(body, ['current', 'next']);
        const current = textField(body, 'current', 256);
        const next = textField(body, 'next', 256);
        const { name } = call.principal;
        await prove(name, current, () => new Refusal(403, 'password-wrong', 'The current password is wrong.'));
        if (next.length < shortestPassword || next === current || next.toLowerCase().includes(name)) {
          throw new Refusal(
            422,
            'password-too-weak',
            'At least 12 characters, not the current one, and without the user name.',
          );
        }
        await pool.query(
          'update users set password_hash = $2, must_change = false, password_changed_at = now() where name = $1',
          [name, await hashPassword(next)],
        );
        await sessions.endOthers(call.principal);
        log('info', 'password changed', { user: name });
        return { status: 204 };
      },
    },
  ];
}
