import { Input, Modal } from 'antd';
import { useState } from 'react';
import type { ErrorView } from '../../../electron/contract/errors.ts';
import { useWords } from '../../i18n/text.ts';
import { unlock } from '../../state/sites.ts';
import type { SiteSummary } from '../../state/store.ts';
import { dialogContainer } from '../../ui/container.ts';
import { Field } from '../../ui/Field.tsx';
import { useTones } from '../../ui/tones.ts';
import { KeepPassphrase, useKeepOffer } from '../KeepPassphrase.tsx';

/** Opens the vault of a site that is not open itself. The passphrase goes to the engine, and to the keyring where that is wanted. */
export function PassphraseDialog({ site, onClose }: { site: SiteSummary; onClose: (opened: boolean) => void }) {
  const { t, w } = useWords();
  const tones = useTones();
  const [passphrase, setPassphrase] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorView>();
  const offer = useKeepOffer();
  const open = async () => {
    if (passphrase === '') return;
    setBusy(true);
    const failed = await unlock(site.name, passphrase);
    setBusy(false);
    setError(failed);
    if (failed !== undefined) return;
    await offer.carryOut(site.name, passphrase);
    onClose(true);
  };
  return (
    <Modal
      open
      getContainer={dialogContainer}
      title={t('app.passphrase')}
      okText={t('app.unlock')}
      cancelText={t('app.cancel')}
      confirmLoading={busy}
      onOk={() => void open()}
      onCancel={() => onClose(false)}
      destroyOnHidden
    >
      <div className="dialog-fields" style={tones}>
        <Field label={site.title} error={error && w(error.message)}>
          {(control) => (
            <Input.Password
              {...control}
              autoFocus
              autoComplete="off"
              value={passphrase}
              onChange={(event) => setPassphrase(event.target.value)}
              onPressEnter={() => void open()}
            />
          )}
        </Field>
        <KeepPassphrase offer={offer} />
      </div>
    </Modal>
  );
}
