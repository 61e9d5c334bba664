// An engine in a process of its own, to be killed: goes on with the last run of a practice home, or starts one.
// Prints the progress (0 to 1) on a line of its own whenever it changes, and the end state last.

import { SitewrightError } from '../../electron/contract/errors.ts';
import { createEngine } from '../../electron/engine/engine.ts';
import { practiceName, practicePassphrase } from '../../electron/engine/practice-site.ts';
import { installerScripts } from '../kit/practice-home.ts';

const [home, bundle] = process.argv.slice(2) as [string, string];
const engine = createEngine({ home, scripts: installerScripts, passphrase: () => practicePassphrase(home) });
const begin = async () => {
  try {
    return await engine.resume(practiceName, [bundle]);
  } catch (error) {
    if (!(error instanceof SitewrightError) || error.code !== 'run-not-found') throw error;
    const plan = engine.plan(practiceName, await engine.trustedBundle(practiceName, [bundle]));
    return await engine.start(practiceName, [bundle], plan.digest);
  }
};
const session = await begin();
const tell = (words: string) => process.stdout.write(`${words}\n`);
session.listen((event) => {
  if (event.type === 'step' || event.type === 'progress') tell(`progress ${event.progress.toFixed(4)}`);
});
tell(`progress ${session.walk.progress().toFixed(4)}`);
const state = await session.ended;
tell(`state ${state}`);
const { walk } = { walk: engine.walk(practiceName).view() };
for (const stage of walk.stages) {
  for (const blocker of stage.blockers) tell(`blocker ${JSON.stringify(blocker)}`);
  for (const step of stage.steps) if (step.error) tell(`error ${step.id} ${JSON.stringify(step.error)}`);
}
await engine.close();
process.exit(state === 'done' ? 0 : 1);
