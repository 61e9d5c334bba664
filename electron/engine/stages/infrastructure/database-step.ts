import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { SitewrightError } from '../../../contract/errors.ts';
import { type Text, text, verbatim } from '../../../contract/text.ts';
import { asDatabaseError, ownerCredential } from '../../drivers/postgres-driver.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import { clauses, type DatabaseInput, databaseTarget } from './model.ts';
import { scramVerifier } from './scram.ts';

/** What is found of the release's database. */
type State = {
  readonly user: string;
  readonly owner: string;
  readonly encoding: string;
  /** Rights of PUBLIC on schema public. */
  readonly others: string;
  /** Rights of the role beyond signing in. */
  readonly special: string;
};

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
/** For a verifier, which is base64 with `$` and `:`. */
const literal = (words: string): string => `'${words.replaceAll("'", "''")}'`;

/** The release's owner role and database. */
export const databaseStep: StepKind<DatabaseInput> = {
  inspect: async (context, input) => {
    const state = await readState(context, input);
    return { satisfied: state !== undefined && isAsWanted(state, input), found: state ?? null };
  },
  apply: async (context, input) => {
    await asAdministrator(context, undefined, text('infrastructure.doing.role', { owner: input.owner }), (client) =>
      makeRole(context, client, input),
    );
    await asAdministrator(context, undefined, text('infrastructure.doing.database', { name: input.name }), (client) =>
      makeDatabase(client, input),
    );
    await asAdministrator(context, input.name, text('infrastructure.doing.database', { name: input.name }), (client) =>
      closeSchema(client, input),
    );
  },
  verify: async (context, input) => {
    const started = performance.now();
    const state = await readState(context, input);
    if (state === undefined)
      throw new SitewrightError('database-refused', {
        address: addressOf(context),
        what: text('infrastructure.doing.read', { name: input.name }),
      });
    const lines = Object.entries(state).map(([name, value]) => `${name}\t${value}`);
    const evidence = context.evidence(
      text('infrastructure.evidence.database', { name: input.name }),
      'text/plain',
      `${lines.join('\n')}\n`,
    );
    context.finding({
      check: 'infrastructure.database',
      subject: databaseTarget,
      title: text('infrastructure.finding.database'),
      category: 'database',
      clause: clauses.database,
      qualification: 'IQ',
      mustPass: true,
      status: isAsWanted(state, input) ? 'passed' : 'failed',
      expected: text('infrastructure.finding.database.expected', { ...input }),
      actual: text('infrastructure.finding.database.actual', {
        user: state.user,
        name: input.name,
        owner: state.owner,
        encoding: state.encoding,
        others: orNone(state.others),
        special: orNone(state.special),
      }),
      evidence: [evidence],
      durationMs: performance.now() - started,
    });
  },
};

/** The role with the password of the vault. An existing password is replaced: only the vault's is known to the release. */
async function makeRole(context: StepContext, client: pg.Client, { owner }: DatabaseInput): Promise<void> {
  const verifier = scramVerifier(
    context.vault.getOrCreate(ownerCredential, () => randomBytes(24).toString('base64url')),
  );
  const found = await client.query('select 1 from pg_roles where rolname = $1', [owner]);
  const verb = found.rowCount === 0 ? 'create' : 'alter';
  // The parts of a statement on a role cannot be parameters; the verifier is not the password.
  await client.query(`${verb} role ${identifier(owner)} with login password ${literal(verifier)}`);
}

async function makeDatabase(client: pg.Client, { name, owner }: DatabaseInput): Promise<void> {
  const { rows } = await client.query<{ super: boolean; member: boolean }>(
    "select rolsuper as super, pg_has_role(current_user, $1, 'member') as member from pg_roles where rolname = current_user",
    [owner],
  );
  // An administrator without superuser rights may give a database away only to a role that it belongs to.
  if (rows[0]?.super !== true && rows[0]?.member !== true)
    await client.query(`grant ${identifier(owner)} to current_user`);
  const found = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (found.rowCount === 0) {
    await client.query(
      `create database ${identifier(name)} owner ${identifier(owner)} encoding 'UTF8' template template0`,
    );
  } else {
    await client.query(`alter database ${identifier(name)} owner to ${identifier(owner)}`);
  }
}

async function closeSchema(client: pg.Client, { owner }: DatabaseInput): Promise<void> {
  await client.query('begin');
  await client.query('revoke all on schema public from public');
  await client.query(`grant all on schema public to ${identifier(owner)}`);
  await client.query('commit');
}

/** Signs in as the owner and reads; undefined when role, password or database are not there yet. */
async function readState(context: StepContext, { name, owner }: DatabaseInput): Promise<State | undefined> {
  if (!context.vault.has(ownerCredential)) return undefined;
  const exists = await asAdministrator(
    context,
    undefined,
    text('infrastructure.doing.read', { name }),
    async (client) => {
      const { rows } = await client.query<{ there: boolean }>(
        `select exists (select from pg_database where datname = $1) and exists (select from pg_roles where rolname = $2) as there`,
        [name, owner],
      );
      return rows[0]?.there === true;
    },
  );
  if (!exists) return undefined;
  let client: pg.Client;
  try {
    client = await context.drivers.postgres.connect({ as: 'owner' }, { signal: context.signal });
  } catch (error) {
    if (
      error instanceof SitewrightError &&
      (error.code === 'database-auth-failed' || error.code === 'database-refused')
    )
      return undefined;
    throw error;
  }
  return using(
    context,
    client,
    text('infrastructure.doing.read', { name }),
    async () => (await client.query<State>(stateQuery)).rows[0],
  );
}

const stateQuery = `
  select current_user::text as user,
         pg_get_userbyid(d.datdba)::text as owner,
         pg_encoding_to_char(d.encoding)::text as encoding,
         coalesce((select string_agg(a.privilege_type, ', ' order by a.privilege_type)
                     from pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
                    where n.nspname = 'public' and a.grantee = 0), '') as others,
         concat_ws(', ', case when r.rolsuper then 'superuser' end, case when r.rolcreatedb then 'createdb' end,
                         case when r.rolcreaterole then 'createrole' end, case when r.rolreplication then 'replication' end) as special
    from pg_database d, pg_roles r
   where d.datname = current_database() and r.rolname = current_user`;

function isAsWanted(state: State, { owner }: DatabaseInput): boolean {
  return (
    state.user === owner &&
    state.owner === owner &&
    state.encoding === 'UTF8' &&
    state.others === '' &&
    state.special === ''
  );
}

async function asAdministrator<T>(
  context: StepContext,
  database: string | undefined,
  what: Text,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const options = { signal: context.signal, ...(database === undefined ? {} : { database }) };
  const client = await context.drivers.postgres.connect({ as: 'administrator' }, options);
  return using(context, client, what, () => work(client));
}

async function using<T>(context: StepContext, client: pg.Client, what: Text, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asDatabaseError(error, context.site, what, context.signal);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function addressOf({ site }: StepContext): string {
  return site.database === undefined ? '' : `${site.database.address}:${site.database.port}`;
}

function orNone(words: string): Text {
  return words === '' ? text('infrastructure.none') : verbatim(words);
}
