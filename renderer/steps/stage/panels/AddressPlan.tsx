import { Button } from 'antd';
import { useState } from 'react';
import type { JudgedFinding } from '../../../../electron/contract/views.ts';
import { useWords } from '../../../i18n/text.ts';
import { useEvidenceWords } from '../../../state/evidence.ts';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import '../../../ui/table.css';

/** Every connection of the release as the plan lists it: for whoever sets the firewall. */
export function AddressPlan({ findings }: { findings: readonly JudgedFinding[] }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const id = findings.find((finding) => finding.check === 'infrastructure.network-plan')?.evidence.at(-1);
  const page = useEvidenceWords(id === undefined ? [] : [id]).get(id ?? '');
  if (page === undefined) return null;
  const rows = page
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .filter((cells) => cells.length >= 6);
  return (
    <Panel
      title={t('stage.addresses')}
      flush
      extra={
        <>
          <span className="quiet tabular">{t('stage.addresses.count', { count: rows.length })}</span>
          <CopyButton words={page} label={t('stage.addresses.copy')} />
          <Button size="small" type="link" aria-expanded={open} onClick={() => setOpen(!open)}>
            {t(open ? 'stage.steps.hide' : 'stage.steps.show')}
          </Button>
        </>
      }
    >
      {open && (
        <div className="scroll-x">
          <table className="plain">
            <thead>
              <tr>
                {(['source', 'destination', 'address', 'port', 'protocol', 'purpose'] as const).map((column) => (
                  <th key={column} scope="col">
                    {t(`stage.addresses.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, 500).map((cells) => (
                <tr key={cells.join(' ')}>
                  {cells.slice(0, 6).map((cell, at) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the columns stand still
                    <td key={at}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
