import { type Text, text } from '../../../contract/text.ts';
import type { History } from '../../bundle/release.ts';
import { type ConfigurationFile, passwordEntries, readConfiguration } from '../../data/configuration-file.ts';
import { readMigrations } from '../../data/migration-files.ts';
import type { PlanInput, StepPlan } from '../../plan/step.ts';
import {
  type ConfigurationInput,
  databaseTarget,
  type HistoryInput,
  type JobsInput,
  type MigrationsInput,
} from './model.ts';

/** Rows a second that an ordinary server takes, for the expected seconds of a step. */
const expectedRate = 200_000;

/** The data stage: schema, configuration data, historical data with its proof, then the jobs that need the data. Pure. */
export function planData({ release }: PlanInput): readonly StepPlan[] {
  const { database, jobs } = release.file;
  const steps: StepPlan[] = [planMigrations(release)];
  const previous = () => [(steps.at(-1) as StepPlan).id];
  for (const path of database.configuration)
    steps.push(planConfiguration(readConfiguration(release, path), previous()));
  for (const [index, history] of database.history.entries()) {
    const size = release.blobs.get(history.file)?.size ?? 0;
    steps.push(planImport(history, index, size, previous()));
    steps.push(planProof(history, index, previous()));
  }
  if (jobs.length > 0) steps.push(planJobs(release.file.namespace, jobs, previous()));
  return steps;
}

function planMigrations(release: PlanInput['release']): StepPlan<MigrationsInput> {
  const { name } = release.file.database;
  const migrations = readMigrations(release);
  const effects: Text[] = migrations.map(({ path, statements, transaction }) =>
    text(transaction ? 'data.effect.migration' : 'data.effect.migration-loose', {
      file: path,
      statements: statements.length,
      database: name,
    }),
  );
  return {
    id: `data/migrations/${databaseTarget}`,
    stage: 'data',
    kind: 'migrations',
    target: databaseTarget,
    effects: [text('data.effect.schema-history', { database: name }), ...effects],
    mutates: true,
    needs: [],
    weight: 2 + migrations.length * 0.1,
    input: { database: name },
  };
}

function planConfiguration(file: ConfigurationFile, needs: readonly string[]): StepPlan<ConfigurationInput> {
  const { path, table, key, rows } = file;
  const passwords = passwordEntries(file);
  const effects: Text[] = [
    text('data.effect.configuration', { rows: rows.length, table, key: key.join(', '), file: path }),
  ];
  if (passwords.length > 0) {
    effects.push(text('data.effect.passwords', { count: passwords.length, table, entries: passwords.join(', ') }));
  }
  return {
    id: `data/configuration/${path}`,
    stage: 'data',
    kind: 'configuration',
    target: databaseTarget,
    effects,
    mutates: true,
    needs: [...needs],
    weight: 0.5 + rows.length / 2000,
    input: { path, table },
  };
}

function planImport(history: History, index: number, size: number, needs: readonly string[]): StepPlan<HistoryInput> {
  const { table, file, rows, rejectLimit } = history;
  const megabytes = (size / 1e6).toFixed(1);
  const load =
    rows === undefined
      ? text('data.effect.import-unknown', { table, file, megabytes })
      : text('data.effect.import', { rows, table, file, megabytes });
  return {
    id: `data/history/${table}`,
    stage: 'data',
    kind: 'history',
    target: databaseTarget,
    effects: [load, text('data.effect.rejects', { limit: rejectLimit, table })],
    mutates: true,
    needs: [...needs],
    weight: 2 + (rows ?? size / 10) / expectedRate,
    input: { index, table },
  };
}

function planProof(history: History, index: number, needs: readonly string[]): StepPlan<HistoryInput> {
  const { table, key, references } = history;
  const effects: Text[] = [text('data.effect.proof', { table, key: key.join(', ') })];
  for (const { column, table: other, target } of references) {
    effects.push(text('data.effect.reference', { table, column, other, target }));
  }
  return {
    id: `data/proof/${table}`,
    stage: 'data',
    kind: 'proof',
    target: databaseTarget,
    effects,
    mutates: false,
    needs: [...needs],
    weight: 1 + (history.rows ?? 0) / 2_000_000,
    input: { index, table },
  };
}

function planJobs(namespace: string, paths: readonly string[], needs: readonly string[]): StepPlan<JobsInput> {
  return {
    id: 'data/jobs/cluster',
    stage: 'data',
    kind: 'jobs',
    target: 'cluster',
    effects: paths.map((path) => text('data.effect.job', { file: path, namespace })),
    mutates: true,
    needs: [...needs],
    weight: 15 * paths.length,
    input: { paths },
  };
}
