import { Button, Skeleton } from 'antd';
import { useState } from 'react';
import { useWords } from '../i18n/text.ts';
import { openSite } from '../state/actions.ts';
import { startPractice } from '../state/sites.ts';
import { useStore } from '../state/store.ts';
import { useTones } from '../ui/tones.ts';
import { EmptyStart } from './start/EmptyStart.tsx';
import { NewSiteDialog } from './start/NewSiteDialog.tsx';
import { inOrder } from './start/order.ts';
import { SiteCard } from './start/SiteCard.tsx';
import './start/start.css';

/** Sites, what can be gone on with, a new site, and the practice site. */
export function StartPage() {
  const { t } = useWords();
  const tones = useTones();
  const sites = useStore((state) => state.sites);
  const canPractise = useStore((state) => state.canPractise);
  const [making, setMaking] = useState(false);
  const [starting, setStarting] = useState(false);
  const practise = async () => {
    setStarting(true);
    const site = await startPractice();
    setStarting(false);
    if (site !== undefined) await openSite(site);
  };
  const practice = canPractise && (
    <Button loading={starting} onClick={() => void practise()}>
      {t('start.practice')}
    </Button>
  );
  const create = (
    <Button type="primary" onClick={() => setMaking(true)}>
      {t('start.new')}
    </Button>
  );
  return (
    <div className="start" style={tones}>
      <div className="start-head">
        <div>
          <h2 className="page-title">{t('app.sites')}</h2>
          <p className="lead">{t('start.lead')}</p>
        </div>
        {sites !== undefined && sites.length > 0 && (
          <div className="start-actions">
            {practice}
            {create}
          </div>
        )}
      </div>
      <p role="status" className={starting ? 'start-status' : 'visually-hidden'}>
        {starting ? t('start.practice.starting') : ''}
      </p>
      {sites === undefined ? (
        <Skeleton active paragraph={{ rows: 6 }} />
      ) : sites.length === 0 ? (
        <EmptyStart practice={practice} create={create} />
      ) : (
        <ul className="sites" aria-label={t('app.sites')}>
          {inOrder(sites).map((site) => (
            <SiteCard key={site.name} site={site} />
          ))}
        </ul>
      )}
      {making && <NewSiteDialog taken={(sites ?? []).map((site) => site.name)} onClose={() => setMaking(false)} />}
    </div>
  );
}
