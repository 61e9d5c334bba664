import type pg from 'pg';
import type { Text } from '../../../contract/text.ts';
import { asDatabaseError } from '../../drivers/postgres-driver.ts';
import type { StepContext } from '../../plan/step.ts';

/** Works on one connection as the release's owner. What fails is told as the catalogue's errors; `what` says what was being done. */
export async function onDatabase<T>(
  context: StepContext,
  what: Text,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await context.drivers.postgres.connect({ as: 'owner' }, { signal: context.signal });
  try {
    return await work(client);
  } catch (error) {
    throw asDatabaseError(error, context.site, what, context.signal);
  } finally {
    await client.end().catch(() => undefined);
  }
}
