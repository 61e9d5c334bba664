import type { GlobalToken } from 'antd';
import type { ChartOption } from '../../../ui/chart-kit.ts';
import { type LatencyChart, placeOn } from './latency.ts';

const grid = { left: 8, right: 24, top: 30, bottom: 4, containLabel: true } as const;

/** Bars of equal width, each with its upper bound below its right edge; p95 and p99 stand where they fall. */
export function histogramOption(chart: LatencyChart, token: GlobalToken, requests: string): ChartOption {
  const { buckets, percentiles } = chart;
  const bounds = buckets.map((bucket) => bucket.ms);
  const label = { color: token.colorTextTertiary };
  return {
    textStyle: { fontFamily: token.fontFamily },
    grid: { ...grid, right: 64 },
    xAxis: [
      {
        type: 'category',
        data: bounds.map(String),
        axisLabel: { show: false },
        axisTick: { show: false },
        axisLine: { lineStyle: { color: token.colorBorderSecondary } },
      },
      {
        type: 'value',
        min: 0,
        max: buckets.length,
        interval: 1,
        position: 'bottom',
        axisLabel: {
          ...label,
          formatter: (at: number) =>
            at === 0 ? '0' : at === buckets.length ? `${bounds[at - 1]} ms` : String(bounds[at - 1] ?? ''),
        },
        splitLine: { show: false },
      },
    ],
    yAxis: {
      type: 'value',
      name: requests,
      nameTextStyle: { ...label, align: 'left' },
      minInterval: 1,
      splitNumber: 3,
      axisLabel: label,
      splitLine: { lineStyle: { color: token.colorBorderSecondary } },
    },
    series: [
      {
        type: 'bar',
        data: buckets.map((bucket) => bucket.count),
        barCategoryGap: '12%',
        itemStyle: { color: token.colorPrimary },
        xAxisIndex: 0,
      },
      {
        type: 'line',
        xAxisIndex: 1,
        data: [],
        markLine: {
          silent: true,
          symbol: 'none',
          lineStyle: { color: token.colorWarning, width: 1.5, type: 'dashed' },
          data: (['p95', 'p99'] as const).flatMap((name, at) => {
            const ms = percentiles[name];
            if (ms === undefined) return [];
            // On either side of its line, so that two that stand close do not run into each other.
            return [
              {
                xAxis: placeOn(buckets, ms),
                label: {
                  formatter: `${name} ${ms} ms`,
                  color: token.colorWarning,
                  position: 'end',
                  align: at === 0 ? 'right' : 'left',
                },
              },
            ];
          }),
        },
      },
    ],
  };
}

/** Requests per second that were answered, as bars, against those that were asked for, as a line; undefined without any. */
export function achievedOption(
  chart: LatencyChart,
  token: GlobalToken,
  second: (at: number) => string,
): ChartOption | undefined {
  const stepped = chart.steps !== undefined && chart.steps.length > 1;
  const points = stepped
    ? chart.steps!.map((one) => ({ ...one, name: `${one.percent} %` }))
    : (chart.rate ?? []).map((one) => ({ ...one, name: second(one.second + 1) }));
  if (points.length === 0) return undefined;
  const label = { color: token.colorTextTertiary };
  return {
    textStyle: { fontFamily: token.fontFamily },
    grid,
    xAxis: {
      type: 'category',
      data: points.map((point) => point.name),
      axisLabel: label,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: token.colorBorderSecondary } },
    },
    yAxis: {
      type: 'value',
      name: '/s',
      nameTextStyle: label,
      min: 0,
      splitNumber: 3,
      axisLabel: label,
      splitLine: { lineStyle: { color: token.colorBorderSecondary } },
    },
    series: [
      {
        type: 'bar',
        data: points.map((point) => point.achieved),
        barMaxWidth: 36,
        itemStyle: { color: token.colorPrimary },
      },
      {
        type: 'line',
        data: points.map((point) => point.offered),
        showSymbol: points.length === 1,
        symbol: 'rect',
        step: 'middle',
        lineStyle: { color: token.colorWarning, width: 1.5, type: 'dashed' },
        itemStyle: { color: token.colorWarning },
      },
    ],
  };
}
