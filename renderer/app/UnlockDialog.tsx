import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useWords } from '../i18n/text.ts';
import { attempt, openSite } from '../state/actions.ts';
import { get, set, useStore } from '../state/store.ts';
import { dialogContainer } from '../ui/container.ts';
import { useTones } from '../ui/tones.ts';
import { KeepPassphrase, useKeepOffer } from './KeepPassphrase.tsx';

/** Asks for the vault's passphrase when a call needs it. It goes to the engine, and to the keyring where that is wanted. */
export function UnlockDialog() {
  const { t } = useWords();
  const locked = useStore((state) => state.locked);
  const [passphrase, setPassphrase] = useState('');
  const tones = useTones();
  const offer = useKeepOffer();
  const unlock = async () => {
    const { siteName } = get();
    if (siteName === undefined || passphrase === '') return;
    const opened = await attempt((client) => client.vault.unlock({ site: siteName, passphrase }));
    setPassphrase('');
    if (opened === undefined) return;
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
      onOk={() => void unlock()}
      onCancel={() => set({ locked: false })}
    >
      <div className="dialog-fields" style={tones}>
        <Input.Password
          aria-label={t('app.passphrase')}
          autoFocus
          value={passphrase}
          onChange={(event) => setPassphrase(event.target.value)}
          onPressEnter={() => void unlock()}
        />
        <KeepPassphrase offer={offer} />
      </div>
    </Modal>
  );
}
