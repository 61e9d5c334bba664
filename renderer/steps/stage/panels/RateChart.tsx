import { theme } from 'antd';
import { useMemo } from 'react';
import { useWords } from '../../../i18n/text.ts';
import { type Reading, ratesOf, readingsOf } from '../../../state/transfers.ts';
import { Chart } from '../../../ui/Chart.tsx';
import { amount } from '../../../ui/figures.ts';
import './transfer.css';

/** Amount per second of a transfer over time. `done` only says that there is something new. */
export function RateChart({
  step,
  unit,
  done,
  running = true,
}: {
  step: string;
  unit: 'bytes' | 'rows' | 'requests';
  done: number;
  running?: boolean;
}) {
  const { t } = useWords();
  const { token } = theme.useToken();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `done` tells that the readings have grown
  const rates = useMemo(() => ratesOf(step), [step, done]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `done` tells that the readings have grown
  const stalls = useMemo(() => stallsIn(readingsOf(step)), [step, done]);
  const option = useMemo(() => {
    const label = { color: token.colorTextTertiary };
    const mean = meanOf(rates);
    const longest = Math.max(...stalls.map(({ seconds }) => seconds));
    const scale = scaleOf(Math.max(...rates.map(({ rate }) => rate), 1), unit);
    return {
      textStyle: { fontFamily: token.fontFamily },
      grid: { left: 8, right: 12, top: 14, bottom: 4, containLabel: true },
      xAxis: {
        type: 'value',
        min: 0,
        axisLabel: { ...label, formatter: (value: number) => `${Math.round(value * 10) / 10} s` },
        splitLine: { show: false },
        axisLine: { lineStyle: { color: token.colorBorderSecondary } },
      },
      yAxis: {
        type: 'value',
        min: 0,
        max: scale.max,
        interval: scale.step,
        axisLabel: { ...label, formatter: (value: number) => amount(value, unit) },
        splitLine: { lineStyle: { color: token.colorBorderSecondary } },
      },
      series: [
        {
          type: 'line',
          // Each rate is known at the end of its time: the first holds from the start.
          data: [[0, rates[0]?.rate], ...rates.map(({ second, rate }) => [second, rate])],
          showSymbol: false,
          lineStyle: { color: token.colorPrimary, width: 2 },
          areaStyle: { color: token.colorPrimary, opacity: 0.12 },
          markLine: {
            silent: true,
            symbol: 'none',
            data: [
              {
                yAxis: mean,
                lineStyle: { color: token.colorSuccess, width: 1.5, type: 'dashed' },
                label: {
                  formatter: t('panel.rate.mean', { rate: amount(mean, unit) }),
                  color: token.colorSuccess,
                  position: 'insideEndTop',
                },
              },
              ...stalls.map(({ second, seconds }) => ({
                xAxis: second,
                lineStyle: { color: token.colorWarning, width: 1.5, type: 'dashed' },
                label: {
                  // Words beside each other would lie over each other: the longest stand has them.
                  show: seconds === longest,
                  formatter: t('panel.rate.stall', { seconds: seconds.toFixed(1) }),
                  color: token.colorWarning,
                  position: 'insideEndTop',
                  rotate: 0,
                },
              })),
            ],
          },
        },
      ],
    };
  }, [rates, stalls, token, unit, t]);
  if (rates.length < 2)
    return <p className="rate-none quiet">{t(running ? 'panel.rate.coming' : 'stage.rate.none')}</p>;
  const last = rates.at(-1)!.rate;
  return (
    <Chart
      option={option}
      label={t('stage.rate.label', { rate: amount(last, unit), seconds: Math.round(rates.at(-1)!.second) })}
      height={190}
    />
  );
}

/** Longest pause between two readings that is no event, s. */
const pause = 1.5;

/** Where a transfer stood still and went on: second of the chart, seconds that it took. */
function stallsIn(readings: readonly Reading[]): readonly { readonly second: number; readonly seconds: number }[] {
  const stalls: { second: number; seconds: number }[] = [];
  const [first] = readings;
  let from = first;
  for (const reading of readings) {
    if (from === undefined || first === undefined || reading.done === from.done) continue;
    const seconds = (reading.at - from.at) / 1000;
    if (seconds > pause) stalls.push({ second: (reading.at - first.at) / 1000, seconds });
    from = reading;
  }
  return stalls;
}

/** Mean of the rates, each counted as long as it lasted. */
function meanOf(rates: readonly { readonly second: number; readonly rate: number }[]): number {
  let amount = 0;
  let before = 0;
  for (const { second, rate } of rates) {
    amount += rate * (second - before);
    before = second;
  }
  return before > 0 ? amount / before : 0;
}

/** An axis of three or four whole steps in the unit of the figures: 50 MiB, not 47.7. */
function scaleOf(most: number, unit: 'bytes' | 'rows' | 'requests'): { readonly step: number; readonly max: number } {
  const base = unit === 'bytes' ? 1024 ** Math.max(0, Math.floor(Math.log2(most) / 10)) : 1;
  const wanted = most / base / 3;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= wanted)! * base;
  return { step, max: Math.ceil(most / step) * step };
}
