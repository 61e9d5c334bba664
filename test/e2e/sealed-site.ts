import { createRouterClient } from '@orpc/server';
import { createRouter } from '../../electron/engine/router.ts';
import type { Wizard } from './window.ts';

/** Makes the site `sealed`, whose vault has a passphrase and is shut for the wizard's engine. */
export async function makeSealedSite({ client, practice }: Wizard, passphrase: string): Promise<void> {
  const project = { customer: '', contractor: '', supervisor: '', contract: '', place: '', document: '' };
  await client.site.create({
    name: 'sealed',
    title: 'Sealed plant',
    profile: 'poc',
    project: { ...project, revision: 'A', phase: 'initial' },
    hosts: [],
    parameters: {},
  });
  const other = practice.engine();
  await createRouterClient(createRouter(other)).vault.unlock({ site: 'sealed', passphrase });
  await other.close();
}
