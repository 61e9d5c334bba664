import { SitewrightError } from '../../../contract/errors.ts';
import type { PathProbe } from '../../../contract/path-test.ts';
import { text } from '../../../contract/text.ts';
import { demandOf } from '../../images/path-test/content.ts';
import { testPath } from '../../images/path-test/run.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import type { PushInput } from './model.ts';
import { allThere, contentOf } from './steps.ts';

/** Tries the way to the registry before the first real byte; a push that has nothing to send needs none. */
export const path: StepKind<PushInput> = {
  inspect: async (context, input) => ({ satisfied: await nothingToSend(context, input) }),
  verify: async (context, input) => {
    const registry = await context.drivers.registry();
    if (await nothingToSend(context, input)) {
      context.finding({
        ...about,
        check: 'registry.path',
        title: text('path.finding'),
        status: 'not-applicable',
        expected: text('path.finding.expected'),
        actual: text('path.nothing'),
        evidence: [],
        durationMs: 0,
      });
      return;
    }
    const images = await Promise.all(input.images.map((reference) => contentOf(context, reference)));
    const { signal, now } = context;
    const report = await testPath({
      ...{ registry, signal, now, ...demandOf(images, registry) },
      progress: (done, total) => context.progress(done, total, 'requests'),
    });
    const content = JSON.stringify(report, null, 2);
    const evidence = context.evidence(text('path.evidence'), 'application/json', content);
    for (const probe of report.probes) record(context, probe, evidence);
    const failed = report.probes.find(({ status }) => status === 'failed');
    if (failed !== undefined) throw pathError(input.registry, failed);
  },
};

/** What cannot even be asked is what the test is there to explain. */
function nothingToSend(context: StepContext, input: PushInput): Promise<boolean> {
  return allThere(context, input).catch(() => {
    context.signal.throwIfAborted();
    return false;
  });
}

const about = {
  subject: 'registry',
  category: 'images',
  clause: '11.2 镜像推送',
  qualification: 'IQ',
  mustPass: true,
} as const;

function record(context: StepContext, probe: PathProbe, evidence: string): void {
  const { id, title, status, expected, actual, fix, ms } = probe;
  context.finding({
    ...about,
    ...{ check: `registry.path.${id}`, title, status, expected, actual, durationMs: ms },
    evidence: [evidence],
    ...(fix !== undefined && { fix: { text: fix } }),
  });
}

/** Stops the push: what was found, and what makes it good. */
function pathError(registry: string, { actual, fix = actual, observed }: PathProbe): SitewrightError {
  return new SitewrightError('registry-path-failed', { registry, found: actual, fix }, { detail: observed });
}
