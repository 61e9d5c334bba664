import { DownloadOutlined, DownOutlined, UpOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useWords } from '../../i18n/text.ts';
import { type LogLine, useLog } from '../../state/log.ts';
import { setLogOpen, useStore } from '../../state/store.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { clock, fineClock, offset, whole } from '../../ui/figures.ts';
import { LogLines } from './LogLines.tsx';
import { type Level, levels, useMatches } from './log-filter.ts';
import './log.css';

/** The operator's log at the bottom of a stage: filtered, followed, copied, saved. */
export function LogPane() {
  const { t, w, locale } = useWords();
  const open = useStore((state) => state.logOpen);
  const site = useStore((state) => state.siteName);
  const offsetMinutes = useStore((state) => state.site?.utcOffsetMinutes ?? 480);
  const [words, setWords] = useState('');
  const [host, setHost] = useState<string>();
  const [level, setLevel] = useState<Level>('debug');
  const sought = useDeferredValue(words.trim().toLowerCase());
  const log = useLog();
  const matches = useMatches(log, { words: sought, host, level }, locale);
  const asText = (line: LogLine, time: string) =>
    `${time}  ${t(`stage.log.level.${line.level}`)}  ${line.target}  ${w(line.words)}`;
  const save = () => {
    const lines = matches.lines.map((line) => asText(line, `${line.at.slice(0, 10)} ${clock(line.at, offsetMinutes)}`));
    const address = URL.createObjectURL(new Blob([`${lines.join('\n')}\n`], { type: 'text/plain;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = `sitewright-${site ?? 'site'}-log.txt`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  };
  return (
    <section className={`log ${open ? 'is-open' : ''}`} aria-label={t('stage.log')}>
      <header className="log-head">
        <button type="button" className="log-toggle" aria-expanded={open} onClick={() => setLogOpen(!open)}>
          {open ? <DownOutlined aria-hidden="true" /> : <UpOutlined aria-hidden="true" />}{' '}
          <strong>{t('stage.log')}</strong>
        </button>
        <span className="quiet tabular">
          {matches.lines.length === log.lines.length
            ? t('stage.log.lines', { count: whole(log.lines.length) })
            : t('stage.log.lines-of', { count: whole(matches.lines.length), total: whole(log.lines.length) })}
        </span>
        {open && (
          <>
            <Select
              size="small"
              aria-label={t('stage.log.host')}
              value={host ?? ''}
              onChange={(value: string) => setHost(value === '' ? undefined : value)}
              options={[
                { value: '', label: t('stage.log.every-host') },
                ...matches.hosts.map((value) => ({ value, label: value })),
              ]}
              style={{ minWidth: 120 }}
              popupMatchSelectWidth={false}
            />
            <Select<Level>
              size="small"
              aria-label={t('stage.log.level')}
              value={level}
              onChange={setLevel}
              options={levels.map((value) => ({ value, label: t(`stage.log.from.${value}`) }))}
              style={{ minWidth: 120 }}
              popupMatchSelectWidth={false}
            />
            <Input
              size="small"
              allowClear
              aria-label={t('stage.log.search')}
              placeholder={t('stage.log.search')}
              value={words}
              onChange={(event) => setWords(event.target.value)}
              style={{ width: 180 }}
            />
            <span className="log-zone quiet">{t('stage.log.zone', { offset: offset(offsetMinutes) })}</span>
            <CopyButton
              words={() => matches.lines.map((line) => asText(line, fineClock(line.at, offsetMinutes))).join('\n')}
              label={t('stage.log.copy')}
            />
            <Button size="small" icon={<DownloadOutlined />} onClick={save}>
              {t('stage.log.export')}
            </Button>
          </>
        )}
      </header>
      {open && <LogLines lines={matches.lines} version={log.version} offsetMinutes={offsetMinutes} />}
    </section>
  );
}
