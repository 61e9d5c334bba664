import { oc } from '@orpc/contract';
import { z } from 'zod';
import { errorViewSchema } from './views.ts';

/**
 * One call. It names the command that does the same on the command line (`meta.command`). Every expected failure arrives as the
 * error `SITEWRIGHT`, whose data is an `ErrorView` with the catalogue's code.
 */
export const call = (command: string) =>
  oc.$meta({ command }).errors({ SITEWRIGHT: { status: 400, data: errorViewSchema } });

/** Most calls are about one site, by its name. */
export const site = z.object({ site: z.string() });
