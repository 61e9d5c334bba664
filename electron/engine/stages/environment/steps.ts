import { SitewrightError } from '../../../contract/errors.ts';
import { text } from '../../../contract/text.ts';
import { catalogue } from '../../checks/catalogue.ts';
import { type Collected, collectedSchema } from '../../checks/facts.ts';
import { judgeHosts } from '../../checks/judge.ts';
import { profileOf } from '../../checks/profile.ts';
import { runCollector } from '../../checks/run-collector.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import type { CollectInput, JudgeInput } from './model.ts';

/** Where the id of the raw answer is kept beside the facts, for the findings to name it. */
const evidenceFact = 'collected-evidence';

/** Reads a host once. What it did not answer is told by the checks; only a host that cannot be asked at all throws. */
export const collectStep: StepKind<CollectInput> = {
  verify: async (context, input) => {
    const host = context.site.hosts.find(({ name }) => name === input.host);
    if (host === undefined) throw new SitewrightError('site-invalid', { file: 'site.json', problem: input.host });
    const { facts, raw } = await runCollector(context, await context.drivers.ssh(host), input.arguments);
    const evidence = context.evidence(text('checks.evidence.collected', { host: host.name }), 'text/plain', raw);
    context.facts.put(host.name, 'collected', facts);
    context.facts.put(host.name, evidenceFact, evidence);
    const sections = Object.values(facts.sections);
    const unanswered = sections.filter(({ state }) => state !== 'complete').length;
    context.log(
      unanswered > 0 || !facts.complete ? 'warn' : 'info',
      host.name,
      text('checks.log.collected', {
        sections: sections.length,
        seconds: (facts.durationMs / 1000).toFixed(1),
        unanswered,
      }),
    );
  },
};

/** Judges all hosts at once, so that every failure shows together. Asks no host. */
export const judgeStep: StepKind<JudgeInput> = {
  verify: async (context) => {
    const begun = performance.now();
    const judgements = judgeHosts(catalogue, {
      site: context.site,
      release: context.release.file,
      profile: profileOf(context.release, context.site.profile),
      collected: collectedOf(context),
    });
    const durationMs = Math.round((performance.now() - begun) / Math.max(1, judgements.length));
    for (const judgement of judgements) {
      const evidence = context.facts.get(judgement.subject, evidenceFact);
      context.finding({ ...judgement, evidence: typeof evidence === 'string' ? [evidence] : [], durationMs });
    }
  },
};

function collectedOf(context: StepContext): ReadonlyMap<string, Collected> {
  const collected = new Map<string, Collected>();
  for (const { name } of context.site.hosts) {
    const parsed = collectedSchema.safeParse(context.facts.get(name, 'collected'));
    if (parsed.success) collected.set(name, parsed.data);
  }
  return collected;
}
