import { useEffect, useRef } from 'react';
import type { ChartOption, Drawing } from './chart-kit.ts';

/** A chart with a label that says what it shows. The drawing part is loaded when the first chart is seen. */
export function Chart({ option, label, height = 180 }: { option: ChartOption; label: string; height?: number }) {
  const box = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing>(undefined);
  const newest = useRef(option);
  newest.current = option;
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let ended = false;
    const watcher = new ResizeObserver(() => drawing.current?.resize());
    const start = async () => {
      try {
        const { draw } = await import('./chart-kit.ts');
        if (ended) return;
        drawing.current = draw(element);
        drawing.current.show(newest.current);
        watcher.observe(element);
      } catch {
        // The figures stand beside every chart; the label says the rest.
      }
    };
    void start();
    return () => {
      ended = true;
      watcher.disconnect();
      drawing.current?.end();
      drawing.current = undefined;
    };
  }, []);
  useEffect(() => drawing.current?.show(option), [option]);
  return <div ref={box} role="img" aria-label={label} className="chart" style={{ height }} />;
}
