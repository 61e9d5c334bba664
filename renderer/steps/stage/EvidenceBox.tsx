import { Button } from 'antd';
import { useState } from 'react';
import { useWords } from '../../i18n/text.ts';
import { type Evidence, showEvidence } from '../../state/evidence.ts';
import { useStore } from '../../state/store.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { bytes } from '../../ui/figures.ts';
import './evidence.css';

/** Characters that are shown; a longer output is copied or read in the report's folder. */
const most = 200_000;

/** A button that opens the raw evidence below the others. */
export function EvidenceBox({ id }: { id: string }) {
  const { t, w } = useWords();
  const site = useStore((state) => state.siteName);
  const [evidence, setEvidence] = useState<Evidence>();
  const [loading, setLoading] = useState(false);
  const toggle = async () => {
    if (evidence !== undefined || site === undefined) return setEvidence(undefined);
    setLoading(true);
    setEvidence(await showEvidence(site, id));
    setLoading(false);
  };
  return (
    <>
      <Button size="small" loading={loading} aria-expanded={evidence !== undefined} onClick={() => void toggle()}>
        {t('stage.evidence')} {id}
      </Button>
      {evidence !== undefined && (
        <figure className="evidence">
          <figcaption>
            <span>
              <strong>{w(evidence.view.title)}</strong>{' '}
              <span className="quiet">
                {evidence.view.mediaType} · {bytes(evidence.view.bytes)} · SHA-256{' '}
                <span className="mono">{evidence.view.sha256.slice(0, 16)}…</span>
              </span>
            </span>
            {evidence.words !== undefined && <CopyButton words={evidence.words} label={`${t('app.copy')} ${id}`} />}
          </figcaption>
          {evidence.words === undefined ? (
            <p className="quiet">{t('stage.evidence.binary')}</p>
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
            <pre className="mono" tabIndex={0}>
              {evidence.words.slice(0, most)}
            </pre>
          )}
        </figure>
      )}
    </>
  );
}
