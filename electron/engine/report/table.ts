import { html, type Markup } from './markup.ts';

/** A column: its head, its width in mm (the columns without one share the rest), and whether it holds figures. */
export type Column = { readonly head: string; readonly width?: number; readonly figures?: boolean };

/** A row; `head` makes its first cell the row's header, `id` the target of links. */
export type Row = { readonly cells: readonly unknown[]; readonly id?: string; readonly tone?: string };

/** A table whose header repeats on every page. `name` says to a screen reader what it holds. */
export function table(
  name: string,
  columns: readonly Column[],
  rows: readonly Row[],
  options: { readonly rowHeads?: boolean; readonly kind?: string } = {},
): Markup {
  const cell = (value: unknown, at: number) => {
    const classes = columns[at]?.figures ? html` class="num"` : '';
    return options.rowHeads && at === 0
      ? html`<th scope="row"${classes}>${value}</th>`
      : html`<td${classes}>${value}</td>`;
  };
  return html`<table class="${options.kind ?? 'plain'}"><caption class="spoken">${name}</caption><colgroup>${columns.map(({ width }) => (width === undefined ? html`<col>` : html`<col style="width:${width}mm">`))}</colgroup>
<thead><tr>${columns.map((column) => html`<th scope="col"${column.figures && html` class="num"`}>${column.head}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr${row.id && html` id="${row.id}"`}${row.tone && html` class="${row.tone}"`}>${row.cells.map(cell)}</tr>\n`)}</tbody></table>
`;
}

/** Terms with their values, as on a form. */
export function form(name: string, rows: readonly (readonly [string, unknown])[], width = 38): Markup {
  return html`<table class="plain form whole"><caption class="spoken">${name}</caption><colgroup><col style="width:${width}mm"><col></colgroup><tbody>
${rows.map(([term, value]) => html`<tr><th scope="row">${term}</th><td>${value}</td></tr>\n`)}</tbody></table>
`;
}
