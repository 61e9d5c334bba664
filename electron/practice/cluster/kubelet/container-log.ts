const largest = 1024 * 1024;

/** The output of a container in memory: the last megabyte of this run and of the one before. Never on disk. */
export type ContainerLog = {
  readonly add: (line: string) => void;
  /** A new run begins. */
  readonly turn: () => void;
  readonly text: (previous: boolean) => string | undefined;
};

export function containerLog(): ContainerLog {
  let current: string[] | undefined;
  let before: string[] | undefined;
  let size = 0;
  return {
    add: (line) => {
      current ??= [];
      current.push(line);
      size += line.length + 1;
      while (size > largest && current.length > 1) size -= (current.shift()?.length ?? 0) + 1;
    },
    turn: () => {
      before = current;
      current = [];
      size = 0;
    },
    text: (previous) => (previous ? before : current)?.map((line) => `${line}\n`).join(''),
  };
}
