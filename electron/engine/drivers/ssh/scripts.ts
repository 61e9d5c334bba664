import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SitewrightError } from '../../../contract/errors.ts';

/** `installer-scripts/manifest.json`: SHA-256 of every script by its file name, lower-case hexadecimal. */
export const scriptManifestSchema = z.strictObject({
  format: z.literal(1),
  scripts: z.record(z.string().regex(/^[a-z0-9-]+\.sh$/), z.string().regex(/^[0-9a-f]{64}$/)),
});
export type ScriptManifest = z.infer<typeof scriptManifestSchema>;

/** Where the scripts for target hosts come from. */
export type ScriptSource = {
  /** The script's bytes, proved against the manifest. Error: installer-script-invalid. */
  readonly read: (name: string) => Promise<Buffer>;
};

/** Scripts of a folder with a manifest.json beside them; each is read and proved once. */
export function scriptFolder(folder: string): ScriptSource {
  const proved = new Map<string, Promise<Buffer>>();
  let manifest: Promise<ScriptManifest> | undefined;

  const load = async (name: string): Promise<Buffer> => {
    manifest ??= readFile(join(folder, 'manifest.json'), 'utf8').then((words) =>
      scriptManifestSchema.parse(JSON.parse(words)),
    );
    try {
      const wanted = (await manifest).scripts[name];
      if (wanted === undefined) throw new Error(`${name} is not in the manifest`);
      const content = await readFile(join(folder, name));
      const found = createHash('sha256').update(content).digest('hex');
      if (found !== wanted) throw new Error(`SHA-256 ${found}, the manifest says ${wanted}`);
      return content;
    } catch (error) {
      throw new SitewrightError('installer-script-invalid', { script: name }, { cause: error });
    }
  };

  return {
    read: (name) => {
      const known = proved.get(name) ?? load(name);
      proved.set(name, known);
      // A failed reading is not kept: the file may be put right while the program runs.
      known.catch(() => proved.delete(name));
      return known;
    },
  };
}
