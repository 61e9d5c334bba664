import './bar.css';
/** A share from 0 to 1 as a bar that has a name. */
export function Bar({
  share,
  label,
  tone = 'active',
}: {
  share: number;
  label: string;
  tone?: 'active' | 'good' | 'bad' | 'warning';
}) {
  const percent = Math.floor(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div
      className="bar"
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <div style={{ width: `${percent}%`, background: `var(--${tone})` }} />
    </div>
  );
}
