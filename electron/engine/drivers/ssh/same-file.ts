import type { RemoteHost } from './host.ts';

/** Whether a host's file has exactly this content and these permission bits. */
export async function isSameFile(remote: RemoteHost, path: string, content: string, mode: number): Promise<boolean> {
  const found = await remote.stat(path);
  if (found?.type !== 'file' || found.mode !== mode || found.size !== Buffer.byteLength(content)) return false;
  return (await remote.readFile(path))?.equals(Buffer.from(content)) ?? false;
}
