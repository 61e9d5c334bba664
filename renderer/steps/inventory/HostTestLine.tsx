import { useWords } from '../../i18n/text.ts';
import type { HostTestState } from './useHostTests.ts';

/** What the test of a connection says, below its row: round trip and host key, or what happened and what to do. */
export function HostTestLine({ test, name }: { test: NonNullable<HostTestState>; name: string }) {
  const { t, w } = useWords();
  if (test === 'running')
    return (
      <div role="status" className="host-test">
        <span className="pill">
          <span aria-hidden="true">▶</span> {t('inventory.test.running', { name })}
        </span>
      </div>
    );
  if (test.ok)
    return (
      <div role="status" className="host-test">
        <span className="pill good">
          <span aria-hidden="true">✓</span> {t('inventory.test.ok')}
        </span>
        <span className="tabular">{t('inventory.test.round-trip', { ms: rounded(test.ms ?? 0) })}</span>
        <span className="quiet">
          {t('inventory.test.key')} <span className="mono">{test.hostKey}</span>
        </span>
      </div>
    );
  const { error } = test;
  return (
    <div role="status" className="host-test">
      <span className="pill bad">
        <span aria-hidden="true">✗</span> {t('inventory.test.failed')}
      </span>
      {error !== undefined && (
        <span className="host-test-words">
          <strong>{w(error.message)}</strong> {w(error.cause)}{' '}
          <span>
            <strong>{t('app.next-action')}</strong> {w(error.next)}
          </span>
          {error.detail !== undefined && <span className="quiet mono"> {error.detail}</span>}
        </span>
      )}
    </div>
  );
}

/** Tenths count only where they are much of the whole. */
function rounded(ms: number): number {
  return ms < 10 ? ms : Math.round(ms);
}
