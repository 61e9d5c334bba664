import { readFileSync } from 'node:fs';
import { type LogLevel, logLevels } from './log.ts';

/** What the site chose for this release. */
export type Parameters = {
  /** Length of a session in minutes. */
  readonly sessionMinutes: number;
  /** Minutes between two readings of a meter. */
  readonly readingIntervalMinutes: number;
  /** Largest plausible power of a meter in kW. */
  readonly maximumMeterPower: number;
  readonly logLevel: LogLevel;
};

/** Reads the JSON file named by PARAMETERS_FILE; what it does not name has the default of the schema. */
export function readParameters(env: NodeJS.ProcessEnv): Parameters {
  const file = env.PARAMETERS_FILE;
  const given = file ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};
  const level = given.logLevel;
  return {
    sessionMinutes: positive(given.sessionMinutes, 60),
    readingIntervalMinutes: positive(given.readingIntervalMinutes, 60),
    maximumMeterPower: positive(given.maximumMeterPower, 100_000),
    logLevel: logLevels.find((name) => name === level) ?? 'info',
  };
}

function positive(value: unknown, otherwise: number): number {
  const number = Number(value);
  return Number.isFinite(number) && number > 0 ? number : otherwise;
}
