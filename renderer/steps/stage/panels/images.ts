import type { ImageState, ImageTransfer } from '../../../../electron/contract/transfers.ts';
import type { JudgedFinding, StageView, StepView } from '../../../../electron/contract/views.ts';
import { placeOf } from './figures-of.ts';

const pushed = 'images.effect.push';

/** How an image stands: on its way, then read back. A step's state where nothing is known of its bytes. */
export type ImageStanding = ImageState | 'reading' | 'verified' | StepView['state'];

/** One image of the release on its way: bytes that are there, its proof step, its verdict. */
export type ImageRow = {
  readonly name: string;
  readonly digest: string;
  readonly standing: ImageStanding;
  readonly transfer: ImageTransfer | undefined;
  readonly finding: JudgedFinding | undefined;
};

/** The step that moves the images; undefined in another stage. */
export function pushStepOf(stage: StageView): StepView | undefined {
  return stage.steps.find((step) => says(step, 'images.effect.push'));
}

export function imagesOf(stage: StageView, findings: readonly JudgedFinding[]): readonly ImageRow[] {
  const push = pushStepOf(stage);
  const transfers = new Map(push?.transfer?.images?.map((image) => [image.reference, image]));
  return (push?.effects ?? []).flatMap((effect): ImageRow[] => {
    const name = placeOf(effect, pushed, 'image');
    if (push === undefined || name === undefined) return [];
    const repository = name.replace(/:[^:/]*$/, '');
    const proof = stage.steps.find((other) => other.id.endsWith(`/${name}`));
    const finding = findings.find(({ check }) => check === `image.complete.${repository}`);
    const transfer = transfers.get(name);
    const digest = placeOf(effect, pushed, 'digest') ?? '';
    return [{ name, digest, finding, transfer, standing: standingOf({ push, proof, finding, transfer }) }];
  });
}

function standingOf({
  push,
  proof,
  finding,
  transfer,
}: Pick<ImageRow, 'finding' | 'transfer'> & { push: StepView; proof: StepView | undefined }): ImageStanding {
  if (finding?.status === 'passed') return 'verified';
  if (proof?.state === 'running') return 'reading';
  if (proof !== undefined && push.state === 'done' && proof.state !== 'pending') return proof.state;
  return transfer?.state ?? push.state;
}

/** The parts of the way that images take, one after the other; the bytes come second, and are only believed once read back. */
export type Phase = {
  readonly id: 'start' | 'path' | 'send' | 'verify';
  readonly state: 'pending' | 'running' | 'done' | 'failed' | 'stopped';
  /** Steps that are done, of all. */
  readonly done: number;
  readonly total: number;
};

const phaseEffects = {
  start: 'images.effect.registry-start',
  path: 'path.effect',
  send: pushed,
  verify: 'images.effect.prove',
} as const;

/** Phases without a step are left out. */
export function phasesOf(stage: StageView): readonly Phase[] {
  return (Object.keys(phaseEffects) as Phase['id'][]).flatMap((id): Phase[] => {
    const states = stage.steps.filter((step) => says(step, phaseEffects[id])).map(({ state }) => state);
    const has = (...wanted: StepView['state'][]) => states.some((state) => wanted.includes(state));
    if (states.length === 0) return [];
    const done = states.filter((state) => state === 'done').length;
    const begun = has('running') || (done > 0 && stage.state === 'running');
    const state = has('failed')
      ? 'failed'
      : done === states.length
        ? 'done'
        : begun
          ? 'running'
          : done > 0 || has('cancelled')
            ? 'stopped'
            : 'pending';
    return [{ id, state, done, total: states.length }];
  });
}

function says(step: StepView, key: string): boolean {
  return step.effects.some((effect) => 'key' in effect && effect.key === key);
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
