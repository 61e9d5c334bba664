import { Alert, Button, Modal } from 'antd';
import { useState } from 'react';
import { useWords } from '../../i18n/text.ts';
import {
  type CheckedInventory,
  checkInventory,
  downloadExample,
  formatOf,
  type InventoryFile,
  importInventory,
} from '../../state/inventory.ts';
import { get } from '../../state/store.ts';
import { dialogContainer } from '../../ui/container.ts';
import { FileButton, type PickedFile } from '../../ui/FileButton.tsx';
import { useTones } from '../../ui/tones.ts';
import { hostDrafts } from './draft.ts';
import { ImportTable } from './ImportTable.tsx';
import { change } from './useDraft.ts';

/** Checks a file cell by cell and shows it before anything is taken over; only a file without errors is imported. */
export function ImportDialog({ present, onClose }: { present: number; onClose: () => void }) {
  const { t, w } = useWords();
  const tones = useTones();
  const [file, setFile] = useState<InventoryFile>();
  const [checked, setChecked] = useState<CheckedInventory>();
  const [wrongKind, setWrongKind] = useState<string>();
  const [busy, setBusy] = useState(false);

  const pick = async (picked: PickedFile) => {
    const format = formatOf(picked.name);
    setWrongKind(format === undefined ? picked.name : undefined);
    setChecked(undefined);
    if (format === undefined) return;
    const chosen = { ...picked, format };
    setFile(chosen);
    setBusy(true);
    setChecked(await checkInventory(chosen));
    setBusy(false);
  };
  const take = async () => {
    if (file === undefined || checked === undefined || checked.problems.length > 0) return;
    setBusy(true);
    const done = await importInventory(file);
    setBusy(false);
    if (!done) return;
    change(() => ({ hosts: hostDrafts(get().site?.hosts ?? []) }));
    onClose();
  };
  const rows = new Set(checked?.rows.map(({ row }) => row));
  const ofTheFile = checked?.problems.filter((cell) => !rows.has(cell.row)) ?? [];

  return (
    <Modal
      open
      getContainer={dialogContainer}
      width={1080}
      title={t('inventory.import.title')}
      okText={t('inventory.import.do')}
      cancelText={t('app.cancel')}
      okButtonProps={{ disabled: checked === undefined || checked.problems.length > 0, loading: busy }}
      onOk={() => void take()}
      onCancel={onClose}
      destroyOnHidden
    >
      <div className="import" style={tones}>
        <p className="quiet">{t('inventory.import.lead', { count: present })}</p>
        <div className="import-pick">
          <FileButton
            accept=".csv,.xlsx,.yaml,.yml"
            type={checked === undefined ? 'primary' : 'default'}
            onPick={(picked) => void pick(picked)}
          >
            {t(file === undefined ? 'inventory.import.pick' : 'inventory.import.again')}
          </FileButton>
          <Button onClick={() => void downloadExample()}>{t('inventory.example')}</Button>
          {file !== undefined && <span className="mono">{file.name}</span>}
        </div>
        <div aria-live="polite">
          {wrongKind !== undefined && (
            <Alert type="error" showIcon title={t('inventory.import.kind', { file: wrongKind })} />
          )}
          {checked !== undefined && (
            <Alert
              type={checked.problems.length === 0 ? 'success' : 'error'}
              showIcon
              title={
                checked.problems.length === 0
                  ? t('inventory.import.good', { count: checked.hosts.length })
                  : t('inventory.import.wrong', { count: checked.problems.length })
              }
              description={
                ofTheFile.length > 0 && (
                  <ul className="import-problems">
                    {ofTheFile.map((cell) => (
                      <li key={`${cell.row} ${cell.column}`}>
                        {w({ key: 'run.inventory.cell', params: { ...cell } })}
                      </li>
                    ))}
                  </ul>
                )
              }
            />
          )}
        </div>
        {checked !== undefined && checked.rows.length > 0 && <ImportTable checked={checked} />}
      </div>
    </Modal>
  );
}
