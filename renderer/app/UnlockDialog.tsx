import { Input, Modal } from 'antd';
import { useState } from 'react';
import type { ErrorView } from '../../electron/contract/errors.ts';
import { useWords } from '../i18n/text.ts';
import { openSite } from '../state/actions.ts';
import { unlock } from '../state/sites.ts';
import { get, set, useStore } from '../state/store.ts';
import { dialogContainer } from '../ui/container.ts';
import { Field } from '../ui/Field.tsx';
import { useTones } from '../ui/tones.ts';
import { KeepPassphrase, useKeepOffer } from './KeepPassphrase.tsx';

/** Asks for the vault's passphrase when a call needs it. It goes to the engine, and to the keyring where that is wanted. */
export function UnlockDialog() {
  const { t, w } = useWords();
  const locked = useStore((state) => state.locked);
  const [passphrase, setPassphrase] = useState('');
  const [error, setError] = useState<ErrorView>();
  const title = useStore((state) => state.site?.title);
  const tones = useTones();
  const offer = useKeepOffer();
  const open = async () => {
    const { siteName } = get();
    if (siteName === undefined || passphrase === '') return;
    const failed = await unlock(siteName, passphrase);
    setPassphrase('');
    setError(failed);
    if (failed !== undefined) return;
    await offer.carryOut(siteName, passphrase);
    set({ locked: false, error: undefined });
    await openSite(siteName);
  };
  return (
    <Modal
      open={locked}
      title={t('app.passphrase')}
      getContainer={dialogContainer}
      okText={t('app.unlock')}
      cancelText={t('app.cancel')}
      onOk={() => void open()}
      onCancel={() => {
        setError(undefined);
        set({ locked: false });
      }}
    >
      <div className="dialog-fields" style={tones}>
        <Field label={title ?? t('app.passphrase')} error={error && w(error.message)}>
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
