import { type ReactNode, useId } from 'react';
import './field.css';

/** What a field hands to its control, so that label, hint and error belong to it. */
export type FieldControl = {
  readonly id: string;
  readonly status: 'error' | '';
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-required': boolean;
};

/** A labelled control with its hint and what is wrong with it, in words, below. */
export function Field({
  label,
  hint,
  error,
  required = false,
  wide = false,
  children,
}: {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  required?: boolean;
  wide?: boolean;
  children: (control: FieldControl) => ReactNode;
}) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={wide ? 'field field-wide' : 'field'}>
      <label htmlFor={id}>
        {label}
        {required && (
          <span className="field-required" aria-hidden="true">
            {' '}
            *
          </span>
        )}
      </label>
      {children({
        id,
        status: error === undefined ? '' : 'error',
        'aria-invalid': error !== undefined,
        'aria-describedby': note === undefined ? undefined : `${id}-note`,
        'aria-required': required,
      })}
      {note !== undefined && (
        <div id={`${id}-note`} className={error === undefined ? 'field-hint' : 'field-error'}>
          {error !== undefined && <span aria-hidden="true">✗ </span>}
          {note}
        </div>
      )}
    </div>
  );
}
