// Carries out a run whose second step waits until it is cancelled; says when it waits.
import { openSite } from '../../../electron/engine/site/open-site.ts';
import { stagesOf, start } from './stages.ts';

const [home, passphrase] = process.argv.slice(2) as [string, string];
const opened = openSite(home, 'plant', () => new Date());
opened.unlock(passphrase);
const stages = stagesOf(
  { data: [{ name: 'before' }, { name: 'wait', needs: ['before'] }] },
  {
    wait: {
      apply: (context) =>
        new Promise((_resolve, reject) => {
          const alive = setInterval(() => undefined, 1000);
          context.signal.addEventListener('abort', () => {
            clearInterval(alive);
            reject(context.signal.reason);
          });
          process.stdout.write('running\n');
        }),
    },
  },
);
await start(opened, stages).ended;
opened.close();
