import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parse as parseYaml } from 'yaml';
import type { z } from 'zod';
import { SitewrightError } from '../contract/errors.ts';
import { text } from '../contract/text.ts';
import { both } from './command.ts';

/** Adds the option that most commands need: the site, by its name. */
export const site = (command: Command): Command => command.requiredOption('--site <name>', both('cli.option.site'));

/** A YAML or JSON document that an option names. Error: usage-invalid. */
export function readDocument(path: string): unknown {
  try {
    return parseYaml(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new SitewrightError('usage-invalid', { problem: text('usage.document', { file: path }) }, { cause: error });
  }
}

/** What was given on the command line or in a document, in its right form. Error: usage-invalid, with the place of the first fault. */
export function parsed<S extends z.ZodType>(schema: S, given: unknown): z.output<S> {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const [{ path, message }] = read.error.issues as [z.core.$ZodIssue];
  throw new SitewrightError('usage-invalid', { problem: path.length > 0 ? `${path.join('.')}: ${message}` : message });
}
