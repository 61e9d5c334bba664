import { theme } from 'antd';
import { type ReactNode, useId } from 'react';

type FieldProps = {
  readonly id: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: true;
  readonly status?: 'error';
};

/** A labelled field with its problem in words below it; the room for the problem is always there. */
export function WaiverField({
  label,
  problem,
  children,
}: {
  label: string;
  problem: string | undefined;
  children: (field: FieldProps) => ReactNode;
}) {
  const id = useId();
  const { token } = theme.useToken();
  return (
    <div style={{ marginBottom: 4 }}>
      <label htmlFor={id} style={{ display: 'block', marginBottom: 2 }}>
        {label}
      </label>
      {children({
        id,
        ...(problem !== undefined && { 'aria-describedby': `${id}-problem`, 'aria-invalid': true, status: 'error' }),
      })}
      <div id={`${id}-problem`} style={{ color: token.colorError, minHeight: 22 }}>
        {problem !== undefined && `✗ ${problem}`}
      </div>
    </div>
  );
}
