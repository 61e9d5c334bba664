import { theme } from 'antd';
import { useMemo } from 'react';
import type { JudgedFinding } from '../../../../electron/contract/views.ts';
import { useWords } from '../../../i18n/text.ts';
import { Chart } from '../../../ui/Chart.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { FindingPill } from '../../../ui/StatusTag.tsx';
import { isLatencyChart, type LatencyChart } from './latency.ts';
import { achievedOption, histogramOption } from './load-options.ts';
import './load.css';
import '../../../ui/cards.css';

const named = ['p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const;

/** Each load test drawn: how many requests took how long, and what was offered and achieved. */
export function LoadPanel({ findings }: { findings: readonly JudgedFinding[] }) {
  const { w } = useWords();
  return findings.map((finding) =>
    isLatencyChart(finding.chart) ? (
      <Panel
        key={`${finding.check} ${finding.subject}`}
        title={w(finding.title)}
        extra={<FindingPill status={finding.status} waived={finding.waiver !== undefined} />}
      >
        <Load chart={finding.chart} title={w(finding.title)} />
        <p className="quiet load-words">{w(finding.actual)}</p>
      </Panel>
    ) : null,
  );
}

function Load({ chart, title }: { chart: LatencyChart; title: string }) {
  const { t } = useWords();
  const { token } = theme.useToken();
  const histogram = useMemo(() => histogramOption(chart, token, t('stage.load.requests')), [chart, token, t]);
  const achieved = useMemo(
    () => achievedOption(chart, token, (at) => t('stage.load.second', { second: at })),
    [chart, token, t],
  );
  const figures = named.flatMap((name) =>
    chart.percentiles[name] === undefined ? [] : [[name, chart.percentiles[name]] as const],
  );
  return (
    <>
      <dl className="load-figures">
        {figures.map(([name, ms]) => (
          <div key={name}>
            <dt>{name === 'max' ? t('stage.load.max') : name === 'p999' ? 'p99.9' : name}</dt>
            <dd className="tabular">
              <b>{ms < 100 ? Math.round(ms * 10) / 10 : Math.round(ms)}</b> ms
            </dd>
          </div>
        ))}
      </dl>
      <div className="cards wide-first">
        <figure className="load-figure">
          <figcaption>{t('stage.load.histogram')}</figcaption>
          <Chart
            option={histogram}
            label={`${title}: ${t('stage.load.histogram')}, ${figures.map(([name, ms]) => `${name} ${ms} ms`).join(', ')}`}
            height={210}
          />
        </figure>
        {achieved !== undefined && (
          <figure className="load-figure">
            <figcaption>
              {t('stage.load.achieved')} <span className="quiet">— {t('stage.load.offered')}</span>
            </figcaption>
            <Chart option={achieved} label={`${title}: ${t('stage.load.achieved')}`} height={210} />
          </figure>
        )}
      </div>
    </>
  );
}
