import { useMemo } from 'react';
import type { JudgedFinding } from '../../../../electron/contract/views.ts';
import { useWords } from '../../../i18n/text.ts';
import { useEvidenceWords } from '../../../state/evidence.ts';
import { Panel } from '../../../ui/Panel.tsx';
import { type Branch, certificatesIn, daysLeft, treeOf } from './certificates.ts';
import './certificates.css';

/** Below this many days a certificate is told as a warning. */
const soon = 30;

/** The site's certificates from the root to the leaves: names, last day and days left. */
export function CertificateTree({ findings }: { findings: readonly JudgedFinding[] }) {
  const { t } = useWords();
  const ids = useMemo(
    () => [
      ...new Set(
        findings
          .filter((finding) => /^certificates\.(issued|handshake)/.test(finding.check))
          .flatMap((finding) => finding.evidence),
      ),
    ],
    [findings],
  );
  const pages = useEvidenceWords(ids);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page of evidence never changes, only their number grows
  const tree = useMemo(() => treeOf([...pages.values()].flatMap(certificatesIn)), [pages.size, ids]);
  if (tree.length === 0) return null;
  return (
    <Panel title={t('stage.tree')} flush>
      <ul className="tree" aria-label={t('stage.tree')}>
        {tree.map((branch) => (
          <Node key={`${branch.certificate.subject} ${branch.certificate.names}`} branch={branch} depth={0} />
        ))}
      </ul>
    </Panel>
  );
}

function Node({ branch, depth }: { branch: Branch; depth: number }) {
  const { t } = useWords();
  const { certificate, signed } = branch;
  const days = daysLeft(certificate, Date.now());
  const tone = days < 0 ? 'bad' : days < soon ? 'warning' : 'good';
  const kind =
    depth === 0 && certificate.issuer === certificate.subject ? 'root' : signed.length > 0 ? 'intermediate' : 'leaf';
  return (
    <li>
      <div className="tree-node" style={{ paddingInlineStart: 16 + depth * 28 }}>
        <span className="tree-kind quiet">
          {depth > 0 && <span aria-hidden="true">└ </span>}
          {t(`stage.tree.${kind}`)}
        </span>
        <span className="tree-name">
          <strong>{certificate.subject.replace(/^CN=/, '')}</strong>
          {certificate.names !== '-' && <span className="quiet"> {certificate.names}</span>}
        </span>
        <span className="quiet">{certificate.key}</span>
        <span className="tabular">{t('stage.tree.until', { day: certificate.notAfter.slice(0, 10) })}</span>
        <span className={`pill ${tone} tabular`}>
          {days < 0 ? t('stage.tree.expired') : t('stage.tree.days', { count: days })}
        </span>
      </div>
      {signed.length > 0 && (
        <ul>
          {signed.map((below) => (
            <Node key={`${below.certificate.subject} ${below.certificate.names}`} branch={below} depth={depth + 1} />
          ))}
        </ul>
      )}
    </li>
  );
}
