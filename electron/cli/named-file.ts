import { readFileSync } from 'node:fs';
import { SitewrightError } from '../contract/errors.ts';
import { text } from '../contract/text.ts';

/** The text of the file that an option names. Error: usage-invalid where it cannot be read. */
export function readNamedFile(file: string, option: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SitewrightError('usage-invalid', { problem: text('usage.file', { option, file }) }, { cause: error });
  }
}

/** The certificates in the file that `--ca` names. Error: usage-invalid where it holds none. */
export function readCertificate(file: string): string {
  const content = readNamedFile(file, '--ca');
  if (content.includes('-----BEGIN CERTIFICATE-----')) return content;
  throw new SitewrightError('usage-invalid', { problem: text('usage.certificate', { file }) });
}
