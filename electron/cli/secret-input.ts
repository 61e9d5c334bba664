import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { readNamedFile } from './named-file.ts';

/** A secret from a pipe, or typed without being shown. Never from the command line, where others could read it. */
export async function readSecret(prompt: string): Promise<string> {
  if (!process.stdin.isTTY) return readFileSync(0, 'utf8').replace(/\r?\n$/, '');
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(`${prompt}: `);
  try {
    return await reader.question('');
  } finally {
    reader.close();
    process.stderr.write('\n');
  }
}

/** The content of the file that an option names, without its last line end. Error: usage-invalid where it cannot be read. */
export function readSecretFile(file: string, option: string): string {
  return readNamedFile(file, option).replace(/\r?\n$/, '');
}

/** Yes or no at a terminal; no where nobody can answer. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^(y|yes|是)$/i.test((await reader.question(`${question} `)).trim());
  } finally {
    reader.close();
  }
}
