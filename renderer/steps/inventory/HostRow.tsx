import { DeleteOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { memo, type ReactNode, useId } from 'react';
import { type HostRole, hostRoles } from '../../../electron/contract/site.ts';
import { useWords } from '../../i18n/text.ts';
import { CredentialSelect } from './CredentialSelect.tsx';
import type { HostDraft } from './draft.ts';
import { HostTestLine } from './HostTestLine.tsx';
import { type HostColumn, hostColumns } from './problems.ts';
import type { HostTestState } from './useHostTests.ts';

type Errors = Readonly<Partial<Record<HostColumn, string>>>;

type RowProps = {
  readonly host: HostDraft;
  /** From 1, as shown. */
  readonly row: number;
  readonly errors: Errors;
  readonly test: HostTestState;
  readonly onEdit: (id: number, part: Partial<HostDraft>) => void;
  readonly onLeave: (id: number, column: string) => void;
  readonly onRemove: (id: number) => void;
  readonly onTest: (host: HostDraft) => void;
};

/** One host of the table. A long table is typed into without drawing its other rows anew. */
export const HostRow = memo(Row, (before, after) => {
  const same = (['host', 'row', 'test', 'onEdit', 'onLeave', 'onRemove', 'onTest'] as const).every(
    (name) => before[name] === after[name],
  );
  return same && hostColumns.every((column) => before.errors[column] === after.errors[column]);
});

function Row({ host, row, errors, test, onEdit, onLeave, onRemove, onTest }: RowProps) {
  const { t } = useWords();
  const id = useId();
  const name = host.name === '' ? t('inventory.row', { row }) : host.name;
  const control = (column: HostColumn) => ({
    'aria-label': `${name}: ${t(`inventory.column.${column}`)}`,
    'aria-invalid': errors[column] !== undefined,
    'aria-describedby': errors[column] === undefined ? undefined : `${id}-${column}`,
    status: errors[column] === undefined ? ('' as const) : ('error' as const),
    onBlur: () => onLeave(host.id, column),
  });
  const cell = (column: HostColumn, children: ReactNode) => (
    <td data-column={column}>
      {children}
      {errors[column] !== undefined && (
        <div id={`${id}-${column}`} className="field-error">
          <span aria-hidden="true">✗ </span>
          {errors[column]}
        </div>
      )}
    </td>
  );
  const word = (column: 'name' | 'address' | 'port' | 'user') =>
    cell(
      column,
      <Input
        {...control(column)}
        size="small"
        autoComplete="off"
        spellCheck={false}
        value={host[column]}
        onChange={(event) => onEdit(host.id, { [column]: event.target.value })}
      />,
    );
  return (
    <tbody>
      <tr>
        {word('name')}
        {word('address')}
        {word('port')}
        {word('user')}
        {cell(
          'credential',
          <CredentialSelect
            {...control('credential')}
            size="small"
            value={host.credential}
            onChange={(credential) => onEdit(host.id, { credential })}
          />,
        )}
        {cell(
          'roles',
          <Select<HostRole[]>
            {...control('roles')}
            mode="multiple"
            size="small"
            value={[...host.roles]}
            onChange={(roles) => onEdit(host.id, { roles })}
            popupMatchSelectWidth={false}
            options={hostRoles.map((value) => ({ value, label: t(`inventory.role.${value}`) }))}
            style={{ width: '100%' }}
          />,
        )}
        {cell(
          'become',
          <Select<HostDraft['become']>
            {...control('become')}
            size="small"
            value={host.become}
            onChange={(become) => onEdit(host.id, { become })}
            popupMatchSelectWidth={false}
            options={(['root', 'sudo', 'sudo-password'] as const).map((value) => ({
              value,
              label: t(`inventory.become.${value}`),
            }))}
            style={{ width: '100%' }}
          />,
        )}
        <td className="hosts-actions">
          <Button
            size="small"
            loading={test === 'running'}
            aria-label={t('inventory.test.one', { name })}
            onClick={() => onTest(host)}
          >
            {t('inventory.test')}
          </Button>
          <Button
            size="small"
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t('inventory.remove', { name })}
            onClick={() => onRemove(host.id)}
          />
        </td>
      </tr>
      {test !== undefined && (
        <tr className="hosts-test">
          <td colSpan={hostColumns.length + 1}>
            <HostTestLine test={test} name={name} />
          </td>
        </tr>
      )}
    </tbody>
  );
}
