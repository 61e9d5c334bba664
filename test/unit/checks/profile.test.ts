import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import { catalogueHeads } from '../../../electron/engine/checks/catalogue.ts';
import { limitsFor } from '../../../electron/engine/checks/limits.ts';
import { parseProfile } from '../../../electron/engine/checks/profile.ts';
import { hostNamed, profileText } from './fixture.ts';

const parse = (profiles: string) => parseProfile('checks/profile.yaml', `format: 1\nprofiles:\n${profiles}`, 'poc');

describe('the profile of a release', () => {
  it('is read for each profile of the sample release', () => {
    assert.ok(parseProfile('p', profileText, 'production').mustPass.includes('storage.free-space'));
    assert.equal(parseProfile('p', profileText, 'poc').thresholds['storage.free-space']?.minimum, 5);
  });

  const wrong: readonly [string, string, RegExp][] = [
    ['an unknown key', '  poc: { musPass: [] }\n  production: {}', /musPass/],
    ['a missing profile', '  poc: {}', /production/],
    ['an unknown check', '  poc: { mustPass: [host.cpus] }\n  production: {}', /unknown check host\.cpus/],
    [
      'limits of a check without any',
      '  poc: { thresholds: { host.architecture: { minimum: 1 } } }\n  production: {}',
      /no thresholds/,
    ],
    [
      'an unknown role',
      '  poc: { thresholds: { host.cpu-count: { roles: { boss: { minimum: 1 } } } } }\n  production: {}',
      /boss|Invalid key/,
    ],
    [
      'a recommended limit below the minimum',
      '  poc: { thresholds: { host.cpu-count: { minimum: 4, recommended: 2 } } }\n  production: {}',
      /weaker/,
    ],
    [
      'a recommended limit above the maximum',
      '  poc: { thresholds: { host.load: { minimum: 1, recommended: 2 } } }\n  production: {}',
      /weaker/,
    ],
    ['a key twice', '  poc: {}\n  poc: {}\n  production: {}', /unique|Map keys/i],
  ];
  for (const [words, profiles, problem] of wrong) {
    it(`refuses ${words}`, () => {
      assert.throws(
        () => parse(profiles),
        (error) =>
          error instanceof SitewrightError &&
          error.code === 'release-invalid' &&
          problem.test(String(error.params.problem)),
      );
    });
  }

  it('takes the strictest limit of a host with several roles', () => {
    const limits = {
      minimum: 1,
      recommended: 2,
      roles: { worker: { minimum: 4, recommended: 8 }, 'control-plane': { minimum: 6 } },
    };
    assert.deepEqual(limitsFor(limits, 'at-least', hostNamed('app-01')), { minimum: 6, recommended: 8 });
    assert.deepEqual(limitsFor(limits, 'at-most', hostNamed('app-01')), { minimum: 4, recommended: 2 });
    assert.deepEqual(limitsFor(limits, 'at-least', hostNamed('data-01')), { minimum: 1, recommended: 2 });
  });
});

describe('docs/checks.md', () => {
  it('names every check, and no other', () => {
    const words = readFileSync(join(import.meta.dirname, '../../../docs/checks.md'), 'utf8');
    const named = [...words.matchAll(/^\| `([a-z0-9.-]+)` \|/gm)].map((match) => match[1]!);
    assert.deepEqual(named.sort(), [...catalogueHeads.keys()].sort());
  });
});
