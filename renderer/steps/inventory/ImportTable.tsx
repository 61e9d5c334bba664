import { useWords } from '../../i18n/text.ts';
import type { CheckedInventory } from '../../state/inventory.ts';
import { hostColumns } from './problems.ts';

/** Rows of a big file that are drawn; wrong ones come first, so that none of them is hidden behind good ones. */
const most = 200;

/** The file as a table, each wrong cell with what is wrong in it. */
export function ImportTable({ checked }: { checked: CheckedInventory }) {
  const { t, w } = useWords();
  const problems = new Map(checked.problems.map((cell) => [`${cell.row} ${cell.column}`, cell.problem]));
  const wrong = new Set(checked.problems.map(({ row }) => row));
  const shown =
    checked.rows.length <= most
      ? checked.rows
      : [
          ...checked.rows.filter(({ row }) => wrong.has(row)),
          ...checked.rows.filter(({ row }) => !wrong.has(row)),
        ].slice(0, most);
  const others = checked.problems.filter(
    ({ row, column }) =>
      checked.rows.some((one) => one.row === row) && !(hostColumns as readonly string[]).includes(column),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
    <section className="import-table" aria-label={t('inventory.import.table')} tabIndex={0}>
      <table className="import-rows">
        <thead>
          <tr>
            <th scope="col">{t('inventory.import.row')}</th>
            {hostColumns.map((column) => (
              <th key={column} scope="col">
                {t(`inventory.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ row, cells }) => (
            <tr key={row}>
              <th scope="row" className="tabular">
                {row}
              </th>
              {hostColumns.map((column) => {
                const problem = problems.get(`${row} ${column}`);
                return (
                  <td key={column} className={problem === undefined ? undefined : 'import-wrong'}>
                    <div className="import-value">{cells[column] || '—'}</div>
                    {problem !== undefined && (
                      <div className="field-error">
                        <span aria-hidden="true">✗ </span>
                        {w(problem)}
                      </div>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {others.length > 0 && (
        <ul className="import-problems field-error">
          {others.map((cell) => (
            <li key={`${cell.row} ${cell.column}`}>{w({ key: 'run.inventory.cell', params: { ...cell } })}</li>
          ))}
        </ul>
      )}
      {checked.rows.length > shown.length && (
        <p className="quiet">{t('stage.more.left', { count: checked.rows.length - shown.length })}</p>
      )}
    </section>
  );
}
