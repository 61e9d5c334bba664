import { App, Checkbox } from 'antd';
import { useState } from 'react';
import { useWords } from '../i18n/text.ts';
import { keepPassphrase } from '../state/keyring.ts';
import { useStore } from '../state/store.ts';

/** The offer to keep a passphrase in this machine's keyring: whether it was taken up, and what carries it out. */
export type KeepOffer = {
  readonly kept: boolean;
  readonly choose: (kept: boolean) => void;
  /** After the passphrase has opened the vault: a wrong one is never kept. */
  readonly carryOut: (site: string, passphrase: string) => Promise<void>;
};

/** Whether to keep it is chosen anew each time. */
export function useKeepOffer(): KeepOffer {
  const { t } = useWords();
  const { message } = App.useApp();
  const [kept, choose] = useState(false);
  return {
    kept,
    choose,
    carryOut: async (site, passphrase) => {
      if (!kept) return;
      choose(false);
      if (!(await keepPassphrase(site, passphrase))) void message.warning(t('keyring.failed'), 8);
    },
  };
}

/** The box for it; nothing where no keyring hides anything. */
export function KeepPassphrase({ offer }: { offer: KeepOffer }) {
  const { t } = useWords();
  const available = useStore((state) => state.keyring.available);
  if (!available) return null;
  return (
    <div>
      <Checkbox checked={offer.kept} onChange={(event) => offer.choose(event.target.checked)}>
        {t('keyring.keep')}
      </Checkbox>
      <div className="field-hint">{t('keyring.keep.hint')}</div>
    </div>
  );
}
