import { bundle } from './bundle.ts';
import { certificates } from './certificates.ts';
import { checks } from './checks.ts';
import { cli } from './cli.ts';
import { data } from './data.ts';
import { desktop } from './desktop.ts';
import { errors } from './errors.ts';
import { images } from './images.ts';
import { infrastructure } from './infrastructure.ts';
import { path } from './path.ts';
import { report } from './report.ts';
import { run } from './run.ts';
import { services } from './services.ts';
import { usage } from './usage.ts';
import { verification } from './verification.ts';

/** Every sentence of the product in English; its keys are the type of all text keys. */
export const enUS = {
  ...bundle,
  ...certificates,
  ...checks,
  ...cli,
  ...data,
  ...desktop,
  ...errors,
  ...images,
  ...infrastructure,
  ...path,
  ...report,
  ...run,
  ...services,
  ...usage,
  ...verification,
} as const;

export type TextKey = keyof typeof enUS;
