import { Input, Select } from 'antd';
import type { Project } from '../../../electron/contract/site.ts';
import { useWords } from '../../i18n/text.ts';
import { useStore } from '../../state/store.ts';
import { Field } from '../../ui/Field.tsx';
import { offset } from '../../ui/figures.ts';
import { Panel } from '../../ui/Panel.tsx';
import type { InventoryDraft, SiteFields } from './draft.ts';
import { change, useProblem } from './useDraft.ts';

/** Offsets from UTC that are in use, minutes. */
const offsets = [
  -720, -660, -600, -570, -540, -480, -420, -360, -300, -240, -210, -180, -120, -60, 0, 60, 120, 180, 210, 240, 270,
  300, 330, 345, 360, 390, 420, 480, 525, 540, 570, 600, 630, 660, 720, 765, 780, 840,
];

const words = [
  'customer',
  'contractor',
  'supervisor',
  'contract',
  'place',
  'document',
  'revision',
] as const satisfies readonly (keyof Project)[];

/** What the report's cover and every time on it are made of. */
export function ProjectSection({ draft }: { draft: InventoryDraft }) {
  const { t } = useWords();
  const problem = useProblem();
  const edition = useStore((state) => state.siteName);
  const { fields, project } = draft;
  const setField = (part: Partial<SiteFields>) => change((known) => ({ fields: { ...known.fields, ...part } }));
  const setProject = (part: Partial<Project>) => change((known) => ({ project: { ...known.project, ...part } }));
  return (
    <div id="inventory-project" key={edition} tabIndex={-1}>
      <Panel title={t('inventory.project')} extra={<span className="quiet">{t('inventory.project.hint')}</span>}>
        <div className="fields">
          <Field label={t('inventory.title')} required error={problem('title')}>
            {(control) => (
              <Input {...control} value={fields.title} onChange={(event) => setField({ title: event.target.value })} />
            )}
          </Field>
          {words.map((name) => (
            <Field key={name} label={t(`inventory.${name}`)}>
              {(control) => (
                <Input
                  {...control}
                  value={project[name]}
                  onChange={(event) => setProject({ [name]: event.target.value })}
                />
              )}
            </Field>
          ))}
          <Field label={t('inventory.phase')}>
            {({ status: _status, ...control }) => (
              <Select
                {...control}
                value={project.phase}
                onChange={(phase: Project['phase']) => setProject({ phase })}
                options={(['initial', 'trial', 'final'] as const).map((value) => ({
                  value,
                  label: t(`inventory.phase.${value}`),
                }))}
              />
            )}
          </Field>
          <Field label={t('inventory.operator')} hint={t('inventory.operator.hint')}>
            {(control) => (
              <Input
                {...control}
                value={fields.operator}
                onChange={(event) => setField({ operator: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('inventory.profile')} hint={t(`inventory.profile.${fields.profile}.hint`)}>
            {({ status: _status, ...control }) => (
              <Select
                {...control}
                value={fields.profile}
                onChange={(profile: SiteFields['profile']) => setField({ profile })}
                options={(['poc', 'production'] as const).map((value) => ({
                  value,
                  label: t(`inventory.profile.${value}`),
                }))}
              />
            )}
          </Field>
          <Field label={t('inventory.offset')} hint={t('inventory.offset.hint')}>
            {({ status: _status, ...control }) => (
              <Select
                {...control}
                showSearch={{ optionFilterProp: 'label' }}
                value={fields.utcOffsetMinutes}
                onChange={(utcOffsetMinutes: number) => setField({ utcOffsetMinutes })}
                options={[...new Set([...offsets, fields.utcOffsetMinutes])]
                  .sort((one, other) => one - other)
                  .map((value) => ({ value, label: `UTC${offset(value)}` }))}
              />
            )}
          </Field>
        </div>
      </Panel>
    </div>
  );
}
