import { SitewrightError } from '../contract/errors.ts';
import type { Printer } from '../engine/drivers/pdf.ts';
import type { HostNotice, HostRequest, PrintCall } from './protocol.ts';

/** The shell as the engine's printer: every call goes over the channel and is answered there. */
export type ShellPrinter = {
  readonly make: () => Printer;
  readonly answered: (answer: Extract<HostRequest, { readonly type: 'printed' }>) => void;
};

export function shellPrinter(send: (notice: HostNotice) => void): ShellPrinter {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  const ask = (call: PrintCall): Promise<unknown> => {
    last += 1;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(last, answer);
    send({ type: 'print', id: last, call });
    return answer.promise;
  };
  return {
    make: () => ({
      major: async () => (await ask({ do: 'version' })) as number,
      open: async (file) => {
        const page = (await ask({ do: 'open', file })) as number;
        return {
          evaluate: (expression) => ask({ do: 'evaluate', page, expression }),
          pdf: async (options) => Buffer.from((await ask({ do: 'pdf', page, options })) as string, 'base64'),
          close: async () => void (await ask({ do: 'close', page }).catch(() => undefined)),
        };
      },
      close: () => Promise.resolve(),
    }),
    answered: ({ id, result }) => {
      const answer = waiting.get(id);
      waiting.delete(id);
      if ('problem' in result)
        answer?.reject(new SitewrightError('report-print-failed', { browser: 'desktop' }, { detail: result.problem }));
      else answer?.resolve(result.value);
    },
  };
}
