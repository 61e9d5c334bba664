import { SitewrightError } from '../../../contract/errors.ts';
import { text } from '../../../contract/text.ts';
import { type Lack, lintObjects } from '../../deploy/lint.ts';
import { judgeParameters } from '../../deploy/parameters.ts';
import { podTemplateOf, rollingKinds } from '../../deploy/podtemplate.ts';
import { renderDocuments } from '../../deploy/render.ts';
import { joinTexts } from '../../deploy/words.ts';
import { nameOf, referenceOf } from '../../drivers/kubernetes/reference.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import { clause, type ParametersInput } from './model.ts';

/** Judges the site's parameters against the release's schema, and what the manifests lack, before anything is deployed. */
export const parametersStep: StepKind<ParametersInput> = {
  verify: async (context, input) => {
    const { site, release } = context;
    const { values, problems } = judgeParameters(site, release);
    if (problems.length > 0) {
      const words = problems.map(({ name, problem }) => text('services.parameters.problem', { name, problem }));
      throw new SitewrightError('parameters-invalid', { problems: joinTexts(words) });
    }
    context.finding({
      check: 'services.parameters',
      subject: release.file.name,
      title: text('services.finding.parameters'),
      category: 'configuration',
      clause,
      qualification: 'IQ',
      mustPass: true,
      status: 'passed',
      expected: text('services.finding.parameters.expected'),
      actual: text('services.finding.parameters.actual', { count: Object.keys(values).length }),
      evidence: [],
      durationMs: 0,
    });
    const objects = renderDocuments({ site, release, paths: input.paths }).filter(
      (object) => rollingKinds.includes(object.kind) && podTemplateOf(object),
    );
    const lacks = lintObjects(objects);
    for (const object of objects) {
      const name = nameOf(referenceOf(object));
      recordLint(
        context,
        object.metadata.name,
        lacks.filter((lack) => lack.object === name),
      );
    }
  },
};

function recordLint(context: StepContext, subject: string, lacks: readonly Lack[]): void {
  const words = lacks.map(({ rule, container, object }) =>
    text('services.effect.lint', { object, container, lack: text(`services.lint.${rule}`) }),
  );
  context.finding({
    check: 'services.manifest',
    subject,
    title: text('services.finding.lint'),
    category: 'manifest',
    clause,
    qualification: 'IQ',
    mustPass: false,
    status: lacks.length === 0 ? 'passed' : 'warning',
    expected: text('services.finding.lint.expected'),
    actual: lacks.length === 0 ? text('services.finding.lint.complete') : joinTexts(words),
    ...(lacks.length === 0 ? {} : { fix: { text: text('services.finding.lint.fix') } }),
    evidence: [],
    durationMs: 0,
  });
}
