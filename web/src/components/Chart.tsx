// A chart: only the parts of ECharts that are used, in the colours of the theme.
import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import type { EChartsCoreOption } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { isDark, onTheme } from '@/app/theme';

echarts.use([
  AriaComponent,
  BarChart,
  CanvasRenderer,
  GridComponent,
  LegendComponent,
  LineChart,
  TooltipComponent,
]);

interface ChartProps {
  readonly option: EChartsCoreOption;
  /** What the chart shows, for those who do not see it. */
  readonly label: string;
  readonly height?: number;
  /** Called with the numbers of the series and of the column that was clicked. */
  readonly onPick?: (series: number, column: number) => void;
}

const FONT = 'Hiragino Sans, Noto Sans JP, Noto Sans CJK JP, Yu Gothic UI, Meiryo, sans-serif';

export function Chart({ option, label, height = 260, onPick }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const pick = useRef(onPick);
  useEffect(() => {
    pick.current = onPick;
  });
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    let chart: echarts.ECharts | null = null;
    const draw = () => {
      chart?.dispose();
      chart = echarts.init(element, isDark() ? 'dark' : undefined);
      chart.setOption({
        backgroundColor: 'transparent',
        textStyle: { fontFamily: FONT },
        animation: false,
        aria: { enabled: false },
        // Drawn in the canvas: the page's policy allows no styles inside of texts.
        tooltip: { trigger: 'axis', renderMode: 'richText' },
        ...option,
      });
      chart.on('click', ({ seriesIndex, dataIndex }) => pick.current?.(seriesIndex ?? 0, dataIndex));
    };
    draw();
    const sizes = new ResizeObserver(() => chart?.resize());
    sizes.observe(element);
    const forget = onTheme(draw);
    return () => {
      forget();
      sizes.disconnect();
      chart?.dispose();
    };
  }, [option]);
  return <div ref={place} role="img" aria-label={label} style={{ height }} />;
}
