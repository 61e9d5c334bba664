import { useMemo } from 'react';
import type { JudgedFinding } from '../../../../electron/contract/views.ts';
import { useWords } from '../../../i18n/text.ts';
import { useEvidenceWords } from '../../../state/evidence.ts';
import { gibibytes } from '../../../ui/figures.ts';
import { Gauge, type GaugeTone } from '../../../ui/Gauge.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import type { Shown } from '../verdicts.ts';
import './capacity.css';
import { capacityOf, capacitySources, type Demand, type HostCapacity } from './capacity.ts';

const toneOf = (state: Shown): GaugeTone =>
  state === 'failed' || state === 'error' ? 'bad' : state === 'warning' || state === 'waived' ? 'warning' : 'active';

/** Processors, memory and storage of each host against what the release asks for. */
export function CapacityPanel({ findings }: { findings: readonly JudgedFinding[] }) {
  const { t } = useWords();
  const sources = useMemo(
    () => [...capacitySources(findings)].sort(([one], [other]) => (one < other ? -1 : 1)),
    [findings],
  );
  const pages = useEvidenceWords(sources.map(([, of]) => of[0]?.evidence.at(-1) ?? ''));
  if (sources.length === 0) return null;
  return (
    <Panel
      title={t('panel.capacity')}
      flush
      extra={
        <span className="capacity-legend quiet">
          <i className="gauge-minimum" /> {t('panel.capacity.minimum')}
          <i className="gauge-recommended" /> {t('panel.capacity.recommended')}
        </span>
      }
    >
      <ul className="capacity">
        {sources.slice(0, 60).map(([host, of]) => (
          <Host key={host} capacity={capacityOf(host, of, pages.get(of[0]?.evidence.at(-1) ?? '') ?? '')} />
        ))}
      </ul>
    </Panel>
  );
}

function Host({ capacity }: { capacity: HostCapacity }) {
  const { t } = useWords();
  const { host, cores, memory, volumes, free } = capacity;
  return (
    <li>
      <strong className="capacity-host">{host}</strong>
      {cores && (
        <Figure
          name={t('panel.capacity.cores')}
          words={t('panel.capacity.cores.count', { count: cores.value })}
          demand={cores}
          unit=""
          whole={Math.max(cores.value, cores.recommended ?? 0, cores.minimum ?? 0)}
          value={cores.value}
          tone={toneOf(cores.state)}
        />
      )}
      {memory && (
        <Figure
          name={t('panel.capacity.memory')}
          words={
            memory.available === undefined
              ? gibibytes(memory.value)
              : t('panel.capacity.memory.free', {
                  total: gibibytes(memory.value),
                  free: gibibytes(memory.available),
                })
          }
          demand={memory}
          unit=" GiB"
          whole={Math.max(memory.value, memory.recommended ?? 0, memory.minimum ?? 0)}
          value={memory.value}
          tone={toneOf(memory.state)}
        />
      )}
      <div className="capacity-volumes">
        {volumes.map((volume) => (
          <Figure
            key={volume.paths.join(' ')}
            name={volume.paths.join(' ')}
            words={t('panel.capacity.storage.free', { free: gibibytes(volume.free), total: gibibytes(volume.total) })}
            demand={free}
            unit=" GiB"
            whole={volume.total}
            value={volume.free}
            tone={toneOf(free?.state ?? 'passed')}
          />
        ))}
      </div>
    </li>
  );
}

/** The bar is what is there, of storage what is free; it should reach beyond both marks. */
function Figure({
  name,
  words,
  demand,
  unit,
  whole,
  value,
  tone,
}: {
  name: string;
  words: string;
  demand: Demand | undefined;
  unit: string;
  whole: number;
  value: number;
  tone: GaugeTone;
}) {
  const { t } = useWords();
  const asked = (['minimum', 'recommended'] as const).flatMap((kind) => {
    const bound = demand?.[kind];
    return bound === undefined ? [] : [{ kind, bound, at: bound / whole }];
  });
  const limits = asked.map(({ kind, bound }) => `${t(`panel.capacity.${kind}`)} ${bound}${unit}`).join(', ');
  return (
    <div className="capacity-figure">
      <div>
        <span className="quiet">{name}</span> <span className="tabular">{words}</span>
      </div>
      <Gauge share={value / whole} tone={tone} marks={asked} label={`${name}: ${words}; ${limits}`} />
    </div>
  );
}
