import type { UiKey } from '../en-US/index.ts';
import { acceptance } from './acceptance.ts';
import { app } from './app.ts';
import { inventory } from './inventory.ts';
import { panels } from './panels.ts';
import { review } from './review.ts';
import { stage } from './stage.ts';
import { start } from './start.ts';

/** Words of the wizard in Chinese; held to the same keys by the type. */
export const zhCN: Readonly<Record<UiKey, string>> = {
  ...acceptance,
  ...app,
  ...inventory,
  ...panels,
  ...review,
  ...stage,
  ...start,
};
