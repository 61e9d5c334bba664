import { App, Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { isResumable } from '../../electron/contract/views.ts';
import { useWords } from '../i18n/text.ts';
import { cancelWalk, resumeWalk } from '../state/actions.ts';
import { goTo, useStore } from '../state/store.ts';
import { useUnsaved } from '../steps/inventory/useDraft.ts';
import { dialogContainer } from '../ui/container.ts';
import { useTones } from '../ui/tones.ts';
import './footer.css';
import { FooterProgress } from './FooterProgress.tsx';
import { WalkOverview } from './overview/WalkOverview.tsx';
import { PauseButton } from './PauseButton.tsx';
import { pages } from './pages.ts';
import { type Reason, whyLocked } from './why-locked.ts';

/** Always in the same order: back, progress of the walk, stop or resume, next. */
export function Footer() {
  const { t, w } = useWords();
  const { modal } = App.useApp();
  const tones = useTones();
  const page = useStore((state) => state.page);
  const walk = useStore((state) => state.walk);
  const site = useStore((state) => state.site);
  const plan = useStore((state) => state.plan);
  const unsaved = useUnsaved();
  const [reason, setReason] = useState<Reason>();
  const said = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page or state makes the reason stale
  useEffect(() => setReason(undefined), [page, walk?.state, unsaved, site]);
  useEffect(() => {
    if (reason !== undefined) said.current?.focus();
  }, [reason]);
  if (page === 'start') return <footer />;
  const at = pages.indexOf(page);
  const before = pages[at - 1];
  const next = pages[at + 1];
  const running = walk?.state === 'running';
  const resumable = walk !== undefined && isResumable(walk);
  const goOn = () => {
    if (next === undefined) return;
    // The plan is made of what is saved: what was only typed would silently be left out of it.
    if (page === 'inventory' && unsaved) {
      setReason({ words: t('inventory.unsaved.next'), items: [] });
      return;
    }
    const locked = whyLocked(next, { walk, site, plan }, { t, w });
    if (locked === undefined) goTo(next);
    else setReason(locked);
  };
  const stop = () =>
    void modal.confirm({
      title: t('stage.stop.title'),
      content: t('stage.stop.words'),
      okText: t('stage.stop.do'),
      cancelText: t('app.cancel'),
      okButtonProps: { danger: true },
      autoFocusButton: 'cancel',
      getContainer: dialogContainer,
      onOk: () => cancelWalk(),
    });
  return (
    <footer style={tones}>
      {reason !== undefined && (
        <div ref={said} className="footer-why" role="alert" tabIndex={-1}>
          <div>
            <strong>{reason.words}</strong>
            {reason.items.length > 0 && (
              <ul>
                {reason.items.slice(0, 6).map((item) => (
                  <li key={w(item)}>{w(item)}</li>
                ))}
              </ul>
            )}
            {reason.items.length > 6 && <div>{t('stage.more.left', { count: reason.items.length - 6 })}</div>}
          </div>
          <Button size="small" onClick={() => setReason(undefined)}>
            {t('app.close')}
          </Button>
        </div>
      )}
      <Button disabled={before === undefined} onClick={() => before !== undefined && goTo(before)}>
        {t('app.back')}
      </Button>
      <div className="spring">{walk !== undefined && <FooterProgress walk={walk} />}</div>
      {running && <PauseButton />}
      {running && <Button onClick={stop}>{t('stage.stop.do')}</Button>}
      {resumable && (
        <Button type="primary" onClick={() => void resumeWalk()}>
          {t('app.resume')}
        </Button>
      )}
      {next !== undefined && (
        <Button type={resumable ? 'default' : 'primary'} onClick={goOn}>
          {t('app.next')}
        </Button>
      )}
      {walk !== undefined && <WalkOverview walk={walk} />}
    </footer>
  );
}
