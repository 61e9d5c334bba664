import { Button } from 'antd';
import { useCallback, useRef, useState } from 'react';
import { hostSchema } from '../../../electron/contract/site.ts';
import { useWords } from '../../i18n/text.ts';
import { downloadExample } from '../../state/inventory.ts';
import { get } from '../../state/store.ts';
import { Panel } from '../../ui/Panel.tsx';
import { type HostDraft, hostOf, newHost } from './draft.ts';
import { HostRow } from './HostRow.tsx';
import { ImportDialog } from './ImportDialog.tsx';
import { hostColumns, type Problems } from './problems.ts';
import { change, useProblem } from './useDraft.ts';
import { useHostTests } from './useHostTests.ts';
import '../../ui/table.css';

/** The hosts as a table to type in, with import, example and the test of every connection. */
export function HostsSection({
  hosts,
  problems,
  onTouch,
  onShowErrors,
}: {
  hosts: readonly HostDraft[];
  problems: Problems;
  onTouch: (field: string) => void;
  onShowErrors: () => void;
}) {
  const { t } = useWords();
  const problem = useProblem();
  const { stateOf, test, testAll, running } = useHostTests();
  const [importing, setImporting] = useState(false);
  const table = useRef<HTMLDivElement>(null);

  const edit = useCallback(
    (id: number, part: Partial<HostDraft>) => {
      for (const column of Object.keys(part)) onTouch(`hosts.${id}.${column}`);
      change((draft) => ({ hosts: draft.hosts.map((host) => (host.id === id ? { ...host, ...part } : host)) }));
    },
    [onTouch],
  );
  const leave = useCallback((id: number, column: string) => onTouch(`hosts.${id}.${column}`), [onTouch]);
  const focusRow = (at: number) =>
    requestAnimationFrame(() =>
      table.current?.querySelectorAll<HTMLInputElement>('[data-column="name"] input')[at]?.focus(),
    );
  const add = () => {
    const { length } = hosts;
    change((draft) => ({ hosts: [...draft.hosts, newHost(draft.hosts)] }));
    focusRow(length);
  };
  const remove = useCallback((id: number) => {
    change((draft) => ({ hosts: draft.hosts.filter((host) => host.id !== id) }));
    requestAnimationFrame(() => document.getElementById('inventory-add')?.focus());
  }, []);
  const testOne = useCallback(
    (host: HostDraft) => {
      const parsed = hostSchema.safeParse(hostOf(host));
      if (parsed.success) void test(host, parsed.data);
      else for (const issue of parsed.error.issues) onTouch(`hosts.${host.id}.${String(issue.path[0])}`);
    },
    [test, onTouch],
  );
  const testEvery = () => {
    const good = hosts.flatMap((host) => {
      const parsed = hostSchema.safeParse(hostOf(host));
      return parsed.success ? [{ draft: host, host: parsed.data }] : [];
    });
    if (good.length < hosts.length) onShowErrors();
    void testAll(good);
  };

  return (
    <div id="inventory-hosts" tabIndex={-1}>
      <Panel
        title={t('inventory.hosts.count', { count: hosts.length })}
        flush
        extra={
          <>
            <Button size="small" onClick={() => void downloadExample()}>
              {t('inventory.example')}
            </Button>
            <Button size="small" onClick={() => setImporting(true)}>
              {t('inventory.import')}
            </Button>
            <Button size="small" disabled={hosts.length === 0} loading={running} onClick={testEvery}>
              {t('inventory.test.all')}
            </Button>
          </>
        }
      >
        {hosts.length === 0 ? (
          <p className="panel-empty quiet">{t('inventory.hosts.empty')}</p>
        ) : (
          <div className="scroll-x" ref={table}>
            <table className="hosts">
              <caption className="visually-hidden">{t('inventory.hosts')}</caption>
              <thead>
                <tr>
                  {hostColumns.map((column) => (
                    <th key={column} scope="col">
                      {t(`inventory.column.${column}`)}
                    </th>
                  ))}
                  <th scope="col">
                    <span className="visually-hidden">{t('inventory.column.actions')}</span>
                  </th>
                </tr>
              </thead>
              {hosts.map((host, at) => (
                <HostRow
                  key={host.id}
                  host={host}
                  row={at + 1}
                  errors={Object.fromEntries(
                    hostColumns.flatMap((column) => {
                      const words = problems.has(`hosts.${host.id}.${column}`)
                        ? problem(`hosts.${host.id}.${column}`)
                        : undefined;
                      return words === undefined ? [] : [[column, words]];
                    }),
                  )}
                  test={stateOf(host)}
                  onEdit={edit}
                  onLeave={leave}
                  onRemove={remove}
                  onTest={testOne}
                />
              ))}
            </table>
          </div>
        )}
        <div className="hosts-foot">
          <Button id="inventory-add" size="small" onClick={add}>
            {t('inventory.add')}
          </Button>
          <span className="quiet">{t('inventory.hosts.hint')}</span>
        </div>
      </Panel>
      {importing && <ImportDialog present={get().site?.hosts.length ?? 0} onClose={() => setImporting(false)} />}
    </div>
  );
}
