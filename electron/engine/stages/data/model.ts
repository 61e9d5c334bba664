/** Step inputs of the data stage; everything in them is public. */
export type MigrationsInput = {
  /** Database of the release. */
  readonly database: string;
};

export type ConfigurationInput = {
  /** The file's path in the release. */
  readonly path: string;
  readonly table: string;
};

export type HistoryInput = {
  /** Position in `release.file.database.history`. */
  readonly index: number;
  readonly table: string;
};

export type JobsInput = {
  /** Paths of the manifests, in order. */
  readonly paths: readonly string[];
};

/** The requirement's clause that a part of the stage proves. */
export const clauses = {
  schema: '11.2 数据初始化 / 数据库初始化',
  configuration: '11.2 数据初始化 / 配置数据',
  history: '11.2 数据初始化 / 历史数据',
} as const;

/** Target of the steps that act on the database. */
export const databaseTarget = 'database';
