import { text } from '../../../contract/text.ts';
import type { ManifestString } from './kubernetes-file.ts';
import { invalid } from './place.ts';

const known: ReadonlySet<string> = new Set([
  ...['database.address', 'database.port', 'database.name', 'database.owner'],
  ...['registry.host', 'release.version', 'authority'],
]);
/** `$${` stands for a `${` that is meant as it is. */
const pattern = /\$\$\{|\$\{([^}]*)\}/g;

/** Makes sure that each placeholder can be filled at a site. Error: release-invalid with line and column. */
export function checkPlaceholders(strings: readonly ManifestString[], parameters: ReadonlySet<string>): void {
  for (const { value, path, kind, place } of strings) {
    for (const [, name] of value.matchAll(pattern)) {
      if (name === undefined || known.has(name)) continue;
      if (name.startsWith('secret.') && name.length > 'secret.'.length) {
        if (kind === 'Secret' && path[0] === 'stringData') continue;
        throw invalid(place, text('bundle.problem.secret-place', { name }));
      }
      if (!name.startsWith('parameter.')) throw invalid(place, text('bundle.problem.placeholder', { name }));
      const parameter = name.slice('parameter.'.length);
      if (!parameters.has(parameter)) throw invalid(place, text('bundle.problem.parameter', { name: parameter }));
    }
  }
}
