import type { Site } from '../../contract/site.ts';
import type { Text } from '../../contract/text.ts';
import type { EvidenceView } from '../../contract/views.ts';
import type { EvidenceStore } from '../evidence/evidence-store.ts';
import type { StoredPlan } from '../plan/plan.ts';
import type { ReportRecord } from './records.ts';

/** An image as it lies in the site's registry. */
export type ReportImage = {
  readonly reference: string;
  /** Whole digest once it was proven, else the beginning that the plan named. */
  readonly digest: string;
  /** Proof that every layer is in the registry. */
  readonly evidence?: string;
};

/** A server that the release builds on. */
export type ReportEndpoint = {
  readonly kind: 'registry' | 'kubernetes' | 'database';
  readonly address: string;
  /** As measured; missing where it was not asked for. */
  readonly version?: Text;
  /** Number of the record that measured it. */
  readonly record?: string;
};

/** A document as it was handed over. */
export type ReportDocument = {
  readonly title: Text;
  /** Path in the release, where the evidence names it. */
  readonly file: string;
  readonly evidence: string;
  readonly sha256: string;
};

/** The images of the plan, with the digests that the proofs found. */
export function imagesOf(
  plan: StoredPlan,
  evidence: EvidenceStore,
  run: readonly EvidenceView[],
): readonly ReportImage[] {
  const effects = plan.stages.flatMap((stage) => stage.steps).flatMap((step) => step.effects);
  return effects.flatMap((effect) => {
    if (!('key' in effect) || effect.key !== 'images.effect.push') return [];
    const reference = String(effect.params?.image);
    const proof = run.findLast((view) => view.step === `images/prove/${reference}`);
    const digest = proof && provenDigest(evidence, proof.id);
    return [
      {
        reference,
        digest: digest ?? `${String(effect.params?.digest)}…`,
        ...(digest && proof && { evidence: proof.id }),
      },
    ];
  });
}

function provenDigest(evidence: EvidenceStore, id: string): string | undefined {
  try {
    const { digest } = JSON.parse(evidence.read(id).content.toString('utf8')) as { readonly digest?: unknown };
    return typeof digest === 'string' ? digest : undefined;
  } catch {
    // A proof that was taken away or changed shows in the chapter on the journal; here the plan's digest has to do.
    return undefined;
  }
}

export function endpointsOf(site: Site, records: readonly ReportRecord[]): readonly ReportEndpoint[] {
  const measured = (check: string) => {
    const record = records.find(
      (one) => one.check === check && one.status !== 'error' && one.status !== 'not-applicable',
    );
    return record && { version: record.actual, record: record.number };
  };
  const prefix = site.registry?.prefix ? `/${site.registry.prefix}` : '';
  return [
    ...(site.registry ? [{ kind: 'registry', address: `${site.registry.url}${prefix}` } as const] : []),
    ...(site.kubernetes
      ? [{ kind: 'kubernetes', address: site.kubernetes.server, ...measured('dependency.cluster-version') } as const]
      : []),
    ...(site.database
      ? [
          {
            kind: 'database',
            address: `${site.database.address}:${site.database.port}`,
            ...measured('dependency.database-version'),
          } as const,
        ]
      : []),
  ];
}

/** The documents that the acceptance stage kept. */
export function documentsOf(
  records: readonly ReportRecord[],
  evidence: readonly EvidenceView[],
): readonly ReportDocument[] {
  const views = new Map(evidence.map((view) => [view.id, view]));
  return records
    .filter((record) => record.check.startsWith('acceptance.document.'))
    .flatMap((record) =>
      record.evidence.flatMap((id) => {
        const view = views.get(id);
        return view === undefined
          ? []
          : [{ title: record.title, file: fileOf(view.title), evidence: id, sha256: view.sha256 }];
      }),
    );
}

function fileOf(title: Text): string {
  return 'key' in title && title.key === 'report.evidence.document' ? String(title.params?.file ?? '') : '';
}
