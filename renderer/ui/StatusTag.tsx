import { theme } from 'antd';
import { text } from '../../electron/contract/text.ts';
import {
  type FindingStatus,
  type StageView,
  type Standing,
  type StepState,
  standingOf,
  type WalkView,
} from '../../electron/contract/views.ts';
import { useWords } from '../i18n/text.ts';
import './pill.css';

type Tone = 'good' | 'warning' | 'bad' | 'quiet' | 'active';
type Look = { readonly mark: string; readonly tone: Tone };

/** A state is told by mark and word; colour only repeats it. */
const findingLooks: Record<FindingStatus | 'waived', Look> = {
  passed: { mark: '✓', tone: 'good' },
  warning: { mark: '!', tone: 'warning' },
  failed: { mark: '✗', tone: 'bad' },
  error: { mark: '?', tone: 'bad' },
  'not-applicable': { mark: '–', tone: 'quiet' },
  skipped: { mark: '–', tone: 'quiet' },
  waived: { mark: '!', tone: 'warning' },
};

const stateLooks: Record<StepState | StageView['state'], Look> = {
  pending: { mark: '○', tone: 'quiet' },
  interrupted: { mark: '■', tone: 'warning' },
  running: { mark: '▶', tone: 'active' },
  done: { mark: '✓', tone: 'good' },
  warning: { mark: '!', tone: 'warning' },
  failed: { mark: '✗', tone: 'bad' },
  blocked: { mark: '■', tone: 'warning' },
  cancelled: { mark: '–', tone: 'quiet' },
};

const walkLooks: Record<Standing, Look> = {
  ...stateLooks,
  paused: { mark: '‖', tone: 'warning' },
  abandoned: { mark: '–', tone: 'quiet' },
};

function useTone(tone: Tone): string {
  const { token } = theme.useToken();
  return {
    good: token.colorSuccess,
    warning: token.colorWarning,
    bad: token.colorError,
    quiet: token.colorTextTertiary,
    active: token.colorLink,
  }[tone];
}

function Tag({ look, words }: { look: Look; words: string }) {
  const color = useTone(look.tone);
  return (
    <span style={{ color, fontWeight: 600, whiteSpace: 'nowrap' }}>
      <span aria-hidden="true">{look.mark}</span> {words}
    </span>
  );
}

export function FindingTag({ status, waived = false }: { status: FindingStatus; waived?: boolean }) {
  const { w } = useWords();
  const shown = waived && status !== 'passed' ? 'waived' : status;
  return <Tag look={findingLooks[shown]} words={w(text(`run.status.${shown}`))} />;
}

export function StateTag({ state }: { state: StepState | StageView['state'] }) {
  const { t } = useWords();
  return <Tag look={stateLooks[state]} words={t(`stage.state.${state}`)} />;
}

export function StateMark({ state }: { state: StepState | StageView['state'] }) {
  const look = stateLooks[state];
  const color = useTone(look.tone);
  return (
    <span className="mark" aria-hidden="true" style={{ color }}>
      {look.mark}
    </span>
  );
}

/** The same as `FindingTag`, on a soft ground of its colour. */
export function FindingPill({ status, waived = false }: { status: FindingStatus; waived?: boolean }) {
  const { w } = useWords();
  const shown = waived && status !== 'passed' ? 'waived' : status;
  return <Pill look={findingLooks[shown]} words={w(text(`run.status.${shown}`))} />;
}

export function StatePill({ state }: { state: StepState | StageView['state'] }) {
  const { t } = useWords();
  return <Pill look={stateLooks[state]} words={t(`stage.state.${state}`)} />;
}

/** How a walk stands: its state, or that it was paused or given up. */
export function WalkPill({ walk }: { walk: Pick<WalkView, 'state' | 'abandoned' | 'error'> }) {
  const { w } = useWords();
  const standing = standingOf(walk);
  return <Pill look={walkLooks[standing]} words={w(text(`run.state.${standing}`))} />;
}

/** Mark and count of a state, its word for those who do not see it. */
export function CountPill({ status, count }: { status: FindingStatus | 'waived'; count: number }) {
  const { w } = useWords();
  const look = findingLooks[status];
  return (
    <span className={`pill ${look.tone}`}>
      <span aria-hidden="true">{look.mark}</span>
      <span className="visually-hidden">{w(text(`run.status.${status}`))}</span>{' '}
      <span className="tabular">{count}</span>
    </span>
  );
}

/** Mark and word on a soft ground of the tone. */
export function Pill({ look, words }: { look: Look; words: string }) {
  return (
    <span className={`pill ${look.tone}`}>
      <span aria-hidden="true">{look.mark}</span> {words}
    </span>
  );
}

/** The mark of a step's or a stage's state. */
export const markOfState = (state: StepState | StageView['state']): string => stateLooks[state].mark;

/** The mark of a state, for tiles that name it themselves. */
export const markOf = (status: FindingStatus | 'waived'): string => findingLooks[status].mark;
