import { theme } from 'antd';
import { useMemo } from 'react';
import { useWords } from '../../../i18n/text.ts';
import { ratesOf } from '../../../state/transfers.ts';
import { Chart } from '../../../ui/Chart.tsx';
import { amount } from '../../../ui/figures.ts';

/** Amount per second of a transfer over time. `done` only says that there is something new. */
export function RateChart({ step, unit, done }: { step: string; unit: 'bytes' | 'rows' | 'requests'; done: number }) {
  const { t } = useWords();
  const { token } = theme.useToken();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `done` tells that the readings have grown
  const rates = useMemo(() => ratesOf(step), [step, done]);
  const option = useMemo(() => {
    const scale = scaleOf(Math.max(...rates.map(({ rate }) => rate), 1), unit);
    return {
      textStyle: { fontFamily: token.fontFamily },
      grid: { left: 8, right: 12, top: 14, bottom: 4, containLabel: true },
      xAxis: {
        type: 'value',
        min: 0,
        axisLabel: { color: token.colorTextTertiary, formatter: (value: number) => `${Math.round(value * 10) / 10} s` },
        splitLine: { show: false },
        axisLine: { lineStyle: { color: token.colorBorderSecondary } },
      },
      yAxis: {
        type: 'value',
        min: 0,
        max: scale.max,
        interval: scale.step,
        axisLabel: { color: token.colorTextTertiary, formatter: (value: number) => amount(value, unit) },
        splitLine: { lineStyle: { color: token.colorBorderSecondary } },
      },
      series: [
        {
          type: 'line',
          data: rates.map(({ second, rate }) => [second, rate]),
          showSymbol: false,
          lineStyle: { color: token.colorPrimary, width: 2 },
          areaStyle: { color: token.colorPrimary, opacity: 0.12 },
        },
      ],
    };
  }, [rates, token, unit]);
  if (rates.length < 2) return <p className="panel-empty quiet">{t('stage.rate.none')}</p>;
  const last = rates.at(-1)!.rate;
  return (
    <Chart
      option={option}
      label={t('stage.rate.label', { rate: amount(last, unit), seconds: Math.round(rates.at(-1)!.second) })}
      height={190}
    />
  );
}

/** An axis of three or four whole steps in the unit of the figures: 50 MiB, not 47.7. */
function scaleOf(most: number, unit: 'bytes' | 'rows' | 'requests'): { readonly step: number; readonly max: number } {
  const base = unit === 'bytes' ? 1024 ** Math.max(0, Math.floor(Math.log2(most) / 10)) : 1;
  const wanted = most / base / 3;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= wanted)! * base;
  return { step, max: Math.ceil(most / step) * step };
}
