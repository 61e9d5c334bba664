import assert from 'node:assert/strict';
import { SitewrightError } from '../../electron/contract/errors.ts';
import { locales, say } from '../../electron/contract/text.ts';

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
