import { nodeDoor, type ProgramDoor } from './door.ts';
import type { ProgramToShell, ShellToProgram } from './protocol.ts';
import { shellDoor } from './shell-door.ts';

/** A program's line to whoever started it, and its own way to start programs. */
export type ParentLine = {
  readonly send: (message: unknown) => void;
  readonly onMessage: (take: (message: unknown) => void) => void;
  /** The parent is gone, however it ended. */
  readonly onGone: (then: () => void) => void;
  readonly run: ProgramDoor;
  /** True below the desktop shell: this process cannot start a plain Node. */
  readonly shell: boolean;
};

/** `process.parentPort` of a utility process. */
type ParentPort = {
  on(event: 'message', take: (event: { readonly data: unknown }) => void): void;
  postMessage(message: ProgramToShell): void;
};

/** Opens the line; once in a process, at its start. */
export function openParentLine(): ParentLine {
  const { parentPort } = process as typeof process & { readonly parentPort?: ParentPort };
  return parentPort === undefined ? childLine() : utilityLine(parentPort);
}

function childLine(): ParentLine {
  return {
    send: (message) => {
      if (process.connected) process.send!(message, () => undefined);
    },
    onMessage: (take) => void process.on('message', take),
    onGone: (then) => void process.once('disconnect', then),
    run: nodeDoor,
    shell: false,
  };
}

function utilityLine(port: ParentPort): ParentLine {
  let message: (message: unknown) => void = () => undefined;
  let gone: () => void = () => undefined;
  const door = shellDoor((ask) => port.postMessage({ type: 'program', ask }));
  port.on('message', ({ data }) => {
    const words = data as ShellToProgram;
    if (words.type === 'parent') message(words.data);
    else if (words.type === 'program') door.told(words.told);
    else gone();
  });
  return {
    send: (data) => port.postMessage({ type: 'parent', data }),
    onMessage: (take) => {
      message = take;
    },
    onGone: (then) => {
      gone = then;
    },
    run: door.run,
    shell: true,
  };
}
