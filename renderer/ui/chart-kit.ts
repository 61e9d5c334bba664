import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([BarChart, LineChart, GridComponent, MarkLineComponent, SVGRenderer]);

export type ChartOption = EChartsCoreOption;
export type Drawing = {
  readonly show: (option: ChartOption) => void;
  readonly resize: () => void;
  readonly end: () => void;
};

/** A chart in a box as SVG, without movement. Nothing of it is made from markup with styles in it. */
export function draw(box: HTMLElement): Drawing {
  const chart = init(box, null, { renderer: 'svg' });
  return {
    show: (option) => chart.setOption({ animation: false, ...option }, true),
    resize: () => chart.resize(),
    end: () => chart.dispose(),
  };
}
