import { type Text, text, verbatim } from '../../contract/text.ts';
import type { Collected, Section } from './facts.ts';

/** Thrown by a reading that cannot be had: the check becomes `error` with this reason, never passed and never failed. */
export class Unknown extends Error {
  readonly reason: Text;

  constructor(reason: Text) {
    super('could not be found out');
    this.name = 'Unknown';
    this.reason = reason;
  }
}

/** The section, or Unknown when it is missing, was cut or ran out of time. */
export function sectionOf(facts: Collected, name: string): Section {
  const section = facts.sections[name];
  if (section === undefined) throw new Unknown(text('checks.unknown.missing', { section: name }));
  if (section.state === 'timeout') throw new Unknown(text('checks.unknown.timeout', { section: name }));
  if (section.state === 'cut') throw new Unknown(text('checks.unknown.cut', { section: name }));
  return section;
}

/** What a section printed, provided that its commands succeeded. */
export function outputOf(facts: Collected, name: string): string {
  const section = sectionOf(facts, name);
  if (section.code !== 0) {
    const words = verbatim(firstLine(section.stderr) || firstLine(section.stdout) || '-');
    throw new Unknown(text('checks.unknown.code', { section: name, code: section.code, words }));
  }
  return section.stdout;
}

/** Non-empty lines of a section. */
export function linesOf(facts: Collected, name: string): readonly string[] {
  return outputOf(facts, name)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The word, provided that it is not empty. */
export function nonEmpty(section: string, word: string): string {
  if (word === '') throw unreadable(section, word);
  return word;
}

/** An answer that came but has not the expected form. */
export function unreadable(section: string, words: string): Unknown {
  return new Unknown(text('checks.unknown.unreadable', { section, words: verbatim(words.slice(0, 120)) }));
}

function firstLine(words: string): string {
  return words.trim().split('\n')[0]?.slice(0, 200) ?? '';
}
