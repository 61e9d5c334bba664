import { CommanderError } from 'commander';
import { exitCodeOf, SitewrightError } from '../contract/errors.ts';
import { ended, insisted } from './command.ts';
import { createProgram } from './program.ts';

/** A command that does not even listen to the second one is left to end for so long, ms. */
const lastMs = 5000;

const end = () => {
  const by = ended.signal.aborted ? insisted : ended;
  by.abort(new SitewrightError('cancelled'));
  if (by === insisted) setTimeout(() => process.exit(exitCodeOf('cancelled')), lastMs).unref();
};
process.on('SIGINT', end);
process.on('SIGTERM', end);
process.on('SIGHUP', end);
// Started by the launcher: when it is gone, by whatever death, this ends too.
if (process.channel !== undefined && process.channel !== null) {
  process.on('disconnect', end);
  process.channel.unref();
}
// A reader that went away (`| head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await createProgram().parseAsync();
} catch (error) {
  // What the parser refuses, and help, have been said already.
  if (!(error instanceof CommanderError)) throw error;
}
// What is still on its way into a pipe arrives before the end.
process.stdout.write('', () => process.stderr.write('', () => process.exit()));
