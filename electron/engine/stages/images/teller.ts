import type { SitewrightError } from '../../../contract/errors.ts';
import { text } from '../../../contract/text.ts';
import type { Transfer } from '../../../contract/transfers.ts';
import { maskValue } from '../../evidence/mask.ts';
import type { PushProgress } from '../../images/meter.ts';
import type { StepContext } from '../../plan/step.ts';

/** Tells those who look on how far a push is, and what it had to try again; each of these stands in the log as well. */
export function createTeller(context: Pick<StepContext, 'progress' | 'log' | 'now' | 'vault'>): {
  readonly progress: (progress: PushProgress) => void;
  readonly setback: (error: SitewrightError, pauseMs: number) => void;
} {
  let newest: PushProgress = { done: 0, total: 0, sent: 0, images: [] };
  let setbacks: Transfer['setbacks'];
  const tell = () => {
    const { done, total, sent, images } = newest;
    context.progress(done, total, 'bytes', undefined, { sent, images: [...images], ...(setbacks && { setbacks }) });
  };
  return {
    progress: (progress) => {
      if (setbacks?.waiting === true && progress.sent > newest.sent) setbacks = { ...setbacks, waiting: false };
      newest = progress;
      tell();
    },
    setback: (error, pauseMs) => {
      const { message } = error.view();
      const problem = maskValue(message, context.vault.mask);
      const count = (setbacks?.count ?? 0) + 1;
      setbacks = { count, problem, at: context.now().toISOString(), done: newest.done, waiting: true };
      const seconds = (pauseMs / 1000).toFixed(1);
      context.log('warn', 'registry', text('images.setback', { problem, done: newest.done, seconds }));
      tell();
    },
  };
}
