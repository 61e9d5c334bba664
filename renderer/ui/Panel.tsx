import { type ReactNode, useId } from 'react';
import './panel.css';

/** A titled box of a page. `extra` stands at the right end of its title. */
export function Panel({
  title,
  extra,
  children,
  flush = false,
}: {
  title: string;
  extra?: ReactNode;
  children: ReactNode;
  flush?: boolean;
}) {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id}>
      <header className="panel-head">
        <h3 id={id}>{title}</h3>
        {extra !== undefined && <div className="panel-extra">{extra}</div>}
      </header>
      <div className={flush ? undefined : 'panel-body'}>{children}</div>
    </section>
  );
}
