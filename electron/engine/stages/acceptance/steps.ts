import { text, verbatim } from '../../../contract/text.ts';
import { canonicalJson } from '../../evidence/canonical.ts';
import { concludeAcceptance } from '../../evidence/conclusion.ts';
import type { StepKind } from '../../plan/step.ts';
import { thisProgram } from '../../report/program.ts';
import type { ConcludeInput, DocumentsInput } from './model.ts';

/** Each document of the release is kept as evidence, so that what was handed over can be shown later. */
export const documents: StepKind<DocumentsInput> = {
  verify: async (context) => {
    for (const [at, document] of context.release.file.documents.entries()) {
      const texts = Object.values(document.file).map((path) => context.release.texts.get(path));
      const complete = texts.every((entry) => entry !== undefined && entry.content.trim() !== '');
      const evidence = texts.flatMap((entry) =>
        entry === undefined
          ? []
          : [
              context.evidence(
                text('report.evidence.document', { title: document.title, file: entry.path }),
                'text/markdown',
                entry.content,
              ),
            ],
      );
      context.finding({
        check: `acceptance.document.${at + 1}`,
        subject: context.site.name,
        title: document.title,
        category: 'documents',
        clause: '11.7 文档管理',
        qualification: 'IQ',
        mustPass: false,
        status: complete ? 'passed' : 'failed',
        expected: text('report.document.expected'),
        actual: verbatim(
          texts.map((entry) => (entry === undefined ? '-' : `${entry.path} ${entry.digest.slice(0, 19)}`)).join(', '),
        ),
        evidence,
        durationMs: 0,
      });
    }
  },
};

/** The figures of the conclusion as evidence. Waivers are laid over when the report is made: a raw count stands here. */
export const conclude: StepKind<ConcludeInput> = {
  verify: async (context, input) => {
    const findings = context.findings();
    const verdict = concludeAcceptance(findings, 'done');
    const record = findings.map(({ check, subject, status, mustPass, evidence }) => ({
      check,
      subject,
      status,
      mustPass,
      evidence,
    }));
    const evidence = context.evidence(
      text('report.evidence.record'),
      'application/json',
      canonicalJson({ release: input.release, program: thisProgram(), verdict, record }),
    );
    context.finding({
      check: 'acceptance.must-pass',
      subject: context.site.name,
      title: text('report.finding.must-pass'),
      category: 'acceptance',
      clause: '11.2 部署验证',
      qualification: 'IQ',
      mustPass: true,
      status: verdict.mustPassMet === verdict.mustPass ? 'passed' : 'failed',
      expected: verbatim(`${verdict.mustPass} / ${verdict.mustPass}`),
      actual: verbatim(`${verdict.mustPassMet} / ${verdict.mustPass}`),
      evidence: [evidence],
      durationMs: 0,
    });
  },
};
