import { App, Button } from 'antd';
import { useState } from 'react';
import { isResumable } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { openSite } from '../../state/actions.ts';
import { abandonWalk, isUnlocked, resumeSite, startPractice } from '../../state/sites.ts';
import { type SiteSummary, useStore } from '../../state/store.ts';
import { dialogContainer } from '../../ui/container.ts';
import { ForgetPassphrase } from './ForgetPassphrase.tsx';
import { edgeOf, LastRun } from './LastRun.tsx';
import { PassphraseDialog } from './PassphraseDialog.tsx';

type Deed = 'open' | 'resume' | 'abandon';

/** One site: how its last walk stands, in words, and how to go on. */
export function SiteCard({ site }: { site: SiteSummary }) {
  const { t } = useWords();
  const { modal } = App.useApp();
  const canPractise = useStore((state) => state.canPractise);
  const [doing, setDoing] = useState<Deed>();
  const [asking, setAsking] = useState<() => void>();
  const { name, lastRun } = site;

  const carryOut = async (deed: Deed) => {
    setDoing(deed);
    // The practice servers live as long as the program; a site of theirs is of little use without them.
    if (site.practice && canPractise && deed !== 'abandon') await startPractice();
    if (deed === 'open') await openSite(name);
    else if (deed === 'resume') await resumeSite(name);
    else await abandonWalk(name);
    setDoing(undefined);
  };
  /** What writes to the journal needs the vault open. */
  const withVault = async (deed: Deed) => {
    const open = await isUnlocked(name);
    if (open === true) await carryOut(deed);
    else if (open === false) setAsking(() => () => void carryOut(deed));
  };
  const abandon = () =>
    void modal.confirm({
      getContainer: dialogContainer,
      title: t('start.abandon.title', { title: site.title }),
      content: t('start.abandon.words'),
      okText: t('start.abandon.do'),
      cancelText: t('app.cancel'),
      okButtonProps: { danger: true },
      autoFocusButton: 'cancel',
      onOk: () => void withVault('abandon'),
    });

  const facts = [name, site.customer, t('start.hosts', { count: site.hosts })].filter((fact) => fact !== '');
  const resumable = lastRun !== undefined && isResumable(lastRun);
  return (
    <li className={`site edge-${edgeOf(site)}`}>
      <div className="site-head">
        <h3>{site.title}</h3>
        {site.practice && <span className="pill site-practice">{t('app.practice')}</span>}
        <span className="quiet">{facts.join(' · ')}</span>
      </div>
      <div className="site-run">
        {lastRun === undefined ? (
          <p className="quiet">{t('start.state.none')}</p>
        ) : (
          <LastRun site={site} run={lastRun} />
        )}
      </div>
      <div className="site-actions">
        {resumable && (
          <Button
            type="primary"
            loading={doing === 'resume'}
            aria-label={t('start.resume.of', { title: site.title })}
            onClick={() => void withVault('resume')}
          >
            {t('app.resume')}
          </Button>
        )}
        <Button
          loading={doing === 'open'}
          aria-label={t(lastRun === undefined ? 'start.open.of' : 'start.view.of', { title: site.title })}
          onClick={() => void carryOut('open')}
        >
          {t(lastRun === undefined ? 'start.open' : 'start.view')}
        </Button>
        {resumable && (
          <Button
            type="text"
            danger
            loading={doing === 'abandon'}
            aria-label={t('start.abandon.of', { title: site.title })}
            onClick={abandon}
          >
            {t('start.abandon')}
          </Button>
        )}
        <ForgetPassphrase site={site} />
      </div>
      {asking !== undefined && (
        <PassphraseDialog
          site={site}
          onClose={(opened) => {
            setAsking(undefined);
            if (opened) asking();
          }}
        />
      )}
    </li>
  );
}
