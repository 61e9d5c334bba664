import type { JudgedFinding, StageView, StepView } from '../../../../electron/contract/views.ts';
import { placeOf } from './figures-of.ts';

/** One image of the release on its way: the planned push, its proof step, its verdict. */
export type ImageRow = {
  readonly name: string;
  readonly digest: string;
  readonly state: StepView['state'];
  readonly finding: JudgedFinding | undefined;
};

/** The step that moves the images; undefined in another stage. */
export function pushStepOf(stage: StageView): StepView | undefined {
  return stage.steps.find((step) =>
    step.effects.some((effect) => placeOf(effect, 'images.effect.push', 'image') !== undefined),
  );
}

export function imagesOf(stage: StageView, findings: readonly JudgedFinding[]): readonly ImageRow[] {
  const place = 'images.effect.push';
  return stage.steps.flatMap((step) =>
    step.effects.flatMap((effect): ImageRow[] => {
      const name = placeOf(effect, place, 'image');
      if (name === undefined) return [];
      const repository = name.replace(/:[^:/]*$/, '');
      const proof = stage.steps.find((other) => other.id.endsWith(`/${name}`));
      return [
        {
          name,
          digest: placeOf(effect, place, 'digest') ?? '',
          state: proof?.state ?? step.state,
          finding: findings.find((finding) => finding.check === `image.complete.${repository}`),
        },
      ];
    }),
  );
}

/** What a push says of itself in its evidence. */
export type PushRecord = {
  readonly seconds: number;
  readonly uploaded: number;
  readonly mounted: number;
  readonly present: number;
  readonly bytesSent: number;
};

export function pushRecordIn(page: string | undefined): PushRecord | undefined {
  const value = parsed(page);
  return isRecord(value) && typeof value.bytesSent === 'number' && typeof value.seconds === 'number'
    ? (value as PushRecord)
    : undefined;
}

/** Bytes of an image's content, from the evidence of its proof. */
export function sizeIn(page: string | undefined): number | undefined {
  const value = parsed(page);
  if (!isRecord(value) || !Array.isArray(value.blobs)) return undefined;
  return value.blobs.reduce(
    (sum: number, blob: unknown) => sum + (isRecord(blob) && typeof blob.size === 'number' ? blob.size : 0),
    0,
  );
}

function parsed(page: string | undefined): unknown {
  try {
    return page === undefined ? undefined : JSON.parse(page);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
