import type { PracticeHost, ScriptAnswer } from '../model.ts';

/** One section as a host answers it. */
export type SectionAnswer = { readonly code: number; readonly stdout: string; readonly stderr?: string };

/** Arguments of collect.sh after its marker. */
export type CollectArguments = {
  readonly marker: string;
  readonly only: string;
  readonly user: string;
  readonly tcp: readonly { readonly label: string; readonly address: string; readonly port: number }[];
  /** Names and paths in the order in which they were given: their sections are numbered together. */
  readonly listed: readonly { readonly kind: 'name' | 'path'; readonly value: string }[];
};

export function readArguments([marker = '', ...args]: readonly string[]): CollectArguments {
  const values = (key: string): string[] =>
    args.filter((one) => one.startsWith(`${key}=`)).map((one) => one.slice(key.length + 1));
  const listed = args.flatMap((one) => {
    const parts = /^(name|path)=([\s\S]*)$/.exec(one);
    return parts === null ? [] : [{ kind: parts[1] as 'name' | 'path', value: parts[2] ?? '' }];
  });
  return {
    marker,
    only: values('only').at(-1) ?? '',
    user: values('user').at(-1) ?? '',
    tcp: values('tcp').map((one) => {
      const parts = one.split('|');
      return { label: parts[0] ?? '', address: parts.slice(1, -1).join('|'), port: Number(parts.at(-1)) };
    }),
    listed,
  };
}

/** Frames sections as collect.sh does. A planted section is answered instead; the words "timeout" stand for a hung one. */
export function frame(
  host: PracticeHost,
  args: CollectArguments,
  sections: ReadonlyMap<string, SectionAnswer>,
  startedAt: number,
): ScriptAnswer {
  const planted = host.sections();
  const { marker } = args;
  let stdout = `\n${marker} start ${stamp(startedAt + host.clockOffsetMs)}\n`;
  let stderr = '';
  const names = [...new Set([...sections.keys(), ...Object.keys(planted)])];
  for (const name of names) {
    if (args.only !== '' && args.only !== name) continue;
    const own = sections.get(name) ?? { code: 0, stdout: '' };
    const words = planted[name];
    const answer = words === undefined ? own : plantedAnswer(words);
    stdout += `\n${marker} begin ${name}\n${answer.stdout}\n${marker} end ${name} ${answer.code} 0\n`;
    stderr += `\n${marker} begin ${name}\n${answer.stderr ?? ''}`;
  }
  stdout += `\n${marker} finish ${stamp(Date.now() + host.clockOffsetMs)}\n`;
  return { code: 0, stdout, stderr };
}

/** `timeout` and `exit 2` make a section that did not end, or ended with a code. */
function plantedAnswer(words: string): SectionAnswer {
  if (words === 'timeout') return { code: 124, stdout: '' };
  const code = /^exit (\d{1,3})$/.exec(words)?.[1];
  return code === undefined ? { code: 0, stdout: ended(words) } : { code: Number(code), stdout: '' };
}

function ended(words: string): string {
  return words === '' || words.endsWith('\n') ? words : `${words}\n`;
}

/** As `date +%s.%N` prints it. */
function stamp(milliseconds: number): string {
  return `${Math.floor(milliseconds / 1000)}.${String(Math.floor(milliseconds % 1000)).padStart(3, '0')}000000`;
}
