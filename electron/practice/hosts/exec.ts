import { createHash } from 'node:crypto';
import { answerScript } from './answers.ts';
import { plainCommand, scriptArguments, scriptName } from './command.ts';
import type { PracticeHost, ScriptAnswer } from './model.ts';
import type { HostServices } from './services.ts';

/** One command that a client sent over SSH. */
export type Execution = {
  readonly host: PracticeHost;
  readonly services: HostServices;
  readonly command: string;
  /** Everything that the client sent before it closed its side. */
  readonly stdin: () => Promise<Buffer>;
  /** Whether this is the account's password, for `sudo -S`. */
  readonly isPassword: (given: string) => boolean;
};

/** Answers a command as the host would: known scripts and a few plain commands; anything else is not found (127). */
export async function execute(execution: Execution): Promise<ScriptAnswer> {
  const { host } = execution;
  const command = plainCommand(execution.command);
  if (command === undefined) return notFound(execution.command);
  let input: Buffer | undefined;
  if (command.passwordFirst) {
    const whole = await execution.stdin();
    const end = whole.indexOf('\n');
    const given = (end < 0 ? whole : whole.subarray(0, end)).toString('utf8');
    if (!execution.isPassword(given)) return failed(1, 'sudo: 1 incorrect password attempt');
    input = end < 0 ? Buffer.alloc(0) : whole.subarray(end + 1);
  }
  const args = scriptArguments(command);
  if (args === undefined) return plain(host, command.program, command.args);
  const script = (input ?? (await execution.stdin())).toString('utf8');
  const name = scriptName(script);
  if (name === undefined)
    return script.trim() === '' ? done() : failed(127, 'sh: this practice host runs known scripts only');
  return (
    (await execution.services.answer(host, name, args)) ??
    (await answerScript(host, name, args)) ??
    failed(127, `sh: ${name}: not found`)
  );
}

/** The commands that people try first. */
async function plain(host: PracticeHost, program: string, args: readonly string[]): Promise<ScriptAnswer> {
  const { hardware, name } = host;
  switch (`${program} ${args.join(' ')}`.trim()) {
    case 'true':
      return done();
    case 'false':
      return failed(1, '');
    case 'id -u':
      return done('0\n');
    case 'whoami':
      return done('root\n');
    case 'hostname':
      return done(`${name}\n`);
    case 'uname -a':
      return done(`Linux ${name} ${hardware.kernel} #1 SMP ${hardware.architecture} GNU/Linux\n`);
    case 'date +%s':
      return done(`${Math.floor((Date.now() + host.clockOffsetMs) / 1000)}\n`);
  }
  if ((program === 'cat' || program === 'sha256sum') && args.length === 1) {
    const path = args[0]!;
    const content = await host.files.read(path);
    if (content === undefined) return failed(1, `${program}: ${path}: No such file or directory`);
    if (program === 'cat') return done(content.toString('utf8'));
    return done(`${createHash('sha256').update(content).digest('hex')}  ${path}\n`);
  }
  if (program === 'echo') return done(`${args.join(' ')}\n`);
  return notFound(program);
}

function done(stdout = ''): ScriptAnswer {
  return { code: 0, stdout, stderr: '' };
}

function failed(code: number, words: string): ScriptAnswer {
  return { code, stdout: '', stderr: words === '' ? '' : `${words}\n` };
}

function notFound(command: string): ScriptAnswer {
  return failed(127, `sh: ${command.split('\n', 1)[0]!.slice(0, 200)}: not found`);
}
