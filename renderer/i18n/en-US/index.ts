import { acceptance } from './acceptance.ts';
import { app } from './app.ts';
import { inventory } from './inventory.ts';
import { panels } from './panels.ts';
import { review } from './review.ts';
import { stage } from './stage.ts';
import { start } from './start.ts';

/** Words of the wizard in English; the keys are the type of all of them. */
export const enUS = { ...acceptance, ...app, ...inventory, ...panels, ...review, ...stage, ...start } as const;

export type UiKey = keyof typeof enUS;
