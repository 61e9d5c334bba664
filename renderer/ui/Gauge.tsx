import './gauge.css';

export type GaugeTone = 'active' | 'good' | 'warning' | 'bad';

/** How much of a whole is there or used, with marks where a demand lies. Shares are 0 to 1. */
export function Gauge({
  share,
  tone,
  marks,
  label,
}: {
  share: number;
  tone: GaugeTone;
  marks: readonly { readonly at: number; readonly kind: 'minimum' | 'recommended' }[];
  label: string;
}) {
  const percent = (value: number) => `${(Math.min(1, Math.max(0, value)) * 100).toFixed(1)}%`;
  return (
    <div className="gauge" role="img" aria-label={label} title={label}>
      <div className="gauge-track">
        <div style={{ width: percent(share), background: `var(--${tone})` }} />
      </div>
      {marks
        .filter(({ at }) => at > 0 && at <= 1)
        .map(({ at, kind }) => (
          <i key={kind} className={`gauge-${kind}`} style={{ insetInlineStart: percent(at) }} />
        ))}
    </div>
  );
}
