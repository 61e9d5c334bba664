import type { StepView, WalkEvent } from '../../../electron/contract/views.ts';
import type { Wizard } from '../../e2e/window.ts';
import { practiceName } from '../../kit/practice-home.ts';
import { beginWalk, endOfWalk } from '../../kit/walks.ts';
import type { Camera } from '../camera.ts';
import { openPage } from '../moves.ts';

/** Slow enough for every variant of the pictures. */
const bytesPerSecond = 400_000;

/** A push over a slow line: under way, after the line was cut, at its proofs. Its walk is stopped; the next one goes on with it. */
export async function push(wizard: Wizard, camera: Camera): Promise<void> {
  if (!camera.wants('push', 'push-cut')) return;
  const { client, practice } = wizard;
  const { faults } = practice.servers;
  await faults({ registryBytesPerSecond: bytesPerSecond });
  await beginWalk(wizard);
  const { page } = await wizard.open({ theme: 'light' });
  await pushed(wizard, (share) => share > 0.1);
  await openPage(page, 'images');
  await page.waitForTimeout(4000);
  await camera.shoot(page, 'push');
  await faults({ registryBytesPerSecond: bytesPerSecond, registryCut: true });
  await page.locator('.setback').waitFor();
  await page.waitForTimeout(2000);
  await camera.shoot(page, 'push-cut');
  await client.walk.cancel({ site: practiceName });
  await endOfWalk(wizard);
  await page.context().close();
  await faults({});
}

/** Waits until so much of the images was sent. */
async function pushed(wizard: Wizard, enough: (share: number) => boolean): Promise<void> {
  for await (const event of await wizard.client.walk.watch({ site: practiceName })) {
    const transfer = transferIn(event);
    if (transfer !== undefined && enough(transfer.done / transfer.total)) return;
  }
  throw new Error('the walk ended before its push');
}

function transferIn(event: WalkEvent): StepView['transfer'] {
  if (event.type !== 'progress' || event.stage !== 'images') return undefined;
  return event.transfer?.images === undefined ? undefined : event.transfer;
}
