import { text } from '../../../contract/text.ts';
import type { Json } from '../../plan/step.ts';
import { type Check, judge } from '../judge.ts';
import { shorten } from '../mask.ts';
import type { StepOf } from '../schema.ts';
import type { Observation, World } from '../world.ts';

/** Reads one object, or the list of a kind, and judges its fields by JSON path. */
export async function runKubernetes(step: StepOf<'kubernetes'>, world: World): Promise<Observation> {
  const { apiVersion, kind, name, selector } = step.with;
  const namespace = step.with.namespace ?? world.context.release.file.namespace;
  const client = await world.context.drivers.kubernetes();
  const start = performance.now();
  const reference = { apiVersion, kind, namespace };
  const found = name === undefined ? await client.list(reference, selector) : await client.get({ ...reference, name });
  const durationMs = performance.now() - start;
  const count = found === undefined ? 0 : name === undefined ? (found as readonly unknown[]).length : 1;
  // Secrets are judged by their presence; their content is nobody's evidence.
  const document =
    found === undefined
      ? undefined
      : (JSON.parse(
          JSON.stringify(found, (key, value) =>
            kind === 'Secret' && (key === 'data' || key === 'stringData') ? undefined : value,
          ),
        ) as Json);
  const checks: Check[] = [];
  if (step.expect?.exists !== undefined) {
    checks.push(
      judge(
        text('verification.what.object', { name: `${kind} ${name ?? ''}`.trim() }),
        count > 0 ? 'present' : undefined,
        { exists: step.expect.exists },
      ),
    );
  }
  if (step.expect?.count !== undefined)
    checks.push(judge(text('verification.what.count', { what: kind }), count, step.expect.count));
  return {
    checks,
    document,
    durationMs,
    evidence: `> GET ${apiVersion} ${kind} ${namespace}/${name ?? '*'}${selector === undefined ? '' : ` ${selector}`}\n< ${count} in ${durationMs.toFixed(1)} ms\n< ${shorten(JSON.stringify(document) ?? '-')}`,
  };
}
