import { Button } from 'antd';
import { useState } from 'react';
import type { AcceptanceView, DeviationView } from '../../../electron/contract/acceptance.ts';
import { text } from '../../../electron/contract/text.ts';
import { useWords } from '../../i18n/text.ts';
import { Panel } from '../../ui/Panel.tsx';
import { DeviationDialog } from './DeviationDialog.tsx';

/** What is not as it should be, with what was agreed about it; each line can be written to, and lines added. */
export function DeviationsPanel({
  deviations,
  onChange,
}: {
  deviations: readonly DeviationView[];
  onChange: (view: AcceptanceView) => void;
}) {
  const { t, w } = useWords();
  const [edited, setEdited] = useState<DeviationView | 'new'>();
  const add = <Button onClick={() => setEdited('new')}>{t('acceptance.deviation.add')}</Button>;
  return (
    <Panel title={t('acceptance.deviations')} extra={add} flush>
      {deviations.length === 0 ? (
        <p className="acceptance-none quiet">{t('acceptance.deviation.none')}</p>
      ) : (
        <table className="plain acceptance-deviations">
          <thead>
            <tr>
              <th scope="col">{t('acceptance.deviation.number')}</th>
              <th scope="col">{t('acceptance.deviation.content')}</th>
              <th scope="col">{t('acceptance.deviation.level')}</th>
              <th scope="col">{t('acceptance.deviation.owner')}</th>
              <th scope="col">{t('acceptance.deviation.due')}</th>
              <th scope="col">{t('acceptance.deviation.closing')}</th>
              <th scope="col">
                <span className="visually-hidden">{t('acceptance.deviation.edit')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {deviations.map((deviation) => {
              const { id, number, title, found, level, duty, note, withdrawn } = deviation;
              return (
                <tr key={id}>
                  <td className="mono">{number}</td>
                  <td>
                    <b>{w(title)}</b>
                    {found.map(({ subject, actual }) => (
                      <div key={subject} className="quiet">
                        {subject}: {w(actual)}
                      </div>
                    ))}
                    {withdrawn !== undefined && <div>{t('acceptance.deviation.withdrawn', { reason: withdrawn })}</div>}
                  </td>
                  <td>{w(text(`report.level.${level}`))}</td>
                  <td>{note.owner ?? (duty === undefined ? '—' : w(text(`report.${duty}`)))}</td>
                  <td className="tabular">{note.due ?? '—'}</td>
                  <td>
                    {note.closing ?? '—'}
                    {note.closed !== undefined && (
                      <div className="quiet">{t('acceptance.deviation.closed-on', { day: note.closed })}</div>
                    )}
                  </td>
                  <td>
                    <Button
                      size="small"
                      aria-label={`${t('acceptance.deviation.edit')} ${number}`}
                      onClick={() => setEdited(deviation)}
                    >
                      {t('acceptance.deviation.edit')}
                    </Button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {edited !== undefined && (
        <DeviationDialog
          deviation={edited === 'new' ? undefined : edited}
          onClose={() => setEdited(undefined)}
          onSaved={(view) => {
            setEdited(undefined);
            onChange(view);
          }}
        />
      )}
    </Panel>
  );
}
