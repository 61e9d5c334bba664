import { Button } from 'antd';
import { useState } from 'react';
import { useWords } from '../../i18n/text.ts';
import { forgetPassphrase } from '../../state/keyring.ts';
import type { SiteSummary } from '../../state/store.ts';
import { useStore } from '../../state/store.ts';

/** Takes the site's passphrase out of the keyring, where it is in there. */
export function ForgetPassphrase({ site }: { site: SiteSummary }) {
  const { t } = useWords();
  const kept = useStore((state) => state.keyring.sites.includes(site.name));
  const [busy, setBusy] = useState(false);
  if (!kept) return null;
  const forget = async () => {
    setBusy(true);
    await forgetPassphrase(site.name);
    setBusy(false);
  };
  return (
    <Button
      type="text"
      loading={busy}
      title={t('keyring.forget.hint')}
      aria-label={t('keyring.forget.of', { title: site.title })}
      onClick={() => void forget()}
    >
      {t('keyring.forget')}
    </Button>
  );
}
