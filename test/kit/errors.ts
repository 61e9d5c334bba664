import assert from 'node:assert/strict';
import { SitewrightError } from '../../electron/contract/errors.ts';
import type { PathCause } from '../../electron/contract/path-test.ts';
import { type KeyedText, locales, say } from '../../electron/contract/text.ts';

/** For `assert.throws` and `rejects`: one of these errors of the catalogue, with every name in its words filled in. */
export const isCode =
  (...codes: readonly string[]) =>
  (error: unknown): true => {
    assert.ok(error instanceof SitewrightError, String(error));
    assert.ok(codes.includes(error.code), error.stack ?? error.code);
    const { message, cause, next } = error.view();
    for (const locale of locales)
      for (const part of [message, cause, next]) assert.doesNotMatch(say(locale, part), /\{\w+\}/);
    return true;
  };

/** The same of an error of a registry that also says why: one of the causes that the path test knows. */
export const isFound =
  (code: string, cause: PathCause) =>
  (error: unknown): true => {
    isCode(code)(error);
    const { found } = (error as SitewrightError).params;
    assert.equal((found as KeyedText).key, `path.cause.${cause}`);
    return true;
  };
