import { frame, readArguments } from './answers/frame.ts';
import { hardwareSections } from './answers/hardware.ts';
import { networkSections } from './answers/network.ts';
import { pathSections } from './answers/paths.ts';
import { systemSections } from './answers/system.ts';
import type { PracticeHost, ScriptAnswer } from './model.ts';

/**
 * Answers a script that reads a host, from the declared hardware, the host's real files and real connection attempts.
 * Undefined for a script that is not known here.
 */
export async function answerScript(
  host: PracticeHost,
  name: string,
  args: readonly string[],
): Promise<ScriptAnswer | undefined> {
  if (name !== 'collect.sh') return undefined;
  const startedAt = Date.now();
  const asked = readArguments(args);
  const sections = new Map([
    ...systemSections(host, asked.user),
    ...hardwareSections(host),
    ...(await networkSections(host, asked)),
    ...(await pathSections(host, asked)),
  ]);
  return frame(host, asked, sections, startedAt);
}
