import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseYamlFile, type YamlFile } from '../source/yaml-file.ts';

export const imageFileName = 'image.yaml';

const target = z.string().regex(/^\/[A-Za-z0-9._/-]+$/);

/** One layer: a folder (relative to `image.yaml`), or a package of node_modules with all that it needs to run. */
const layerSchema = z.union([
  z.strictObject({ from: z.literal('node-module-closure'), package: z.string().min(1), to: target }),
  z.strictObject({ from: z.string().min(1), to: target }),
]);
export type LayerSource = z.infer<typeof layerSchema>;

/** `image.yaml`: what an image is made of, without a container engine. */
const imageFileSchema = z.strictObject({
  layers: z.array(layerSchema).min(1),
  entrypoint: z.array(z.string()).min(1),
  env: z.record(z.string(), z.string()).default({}),
  workingDir: z.string().default('/'),
  user: z.string().default(''),
  exposed: z.array(z.number().int().min(1).max(65535)).default([]),
  labels: z.record(z.string(), z.string()).default({}),
});
export type ImageFile = z.infer<typeof imageFileSchema>;

/** Reads `image.yaml` of an image folder; `name` is how errors call the file. Error: release-invalid. */
export async function readImageFile(folder: string, name: string): Promise<YamlFile<ImageFile>> {
  return parseYamlFile(name, await readFile(join(folder, imageFileName), 'utf8'), imageFileSchema);
}
