import type { ErrorView } from '../../electron/contract/errors.ts';
import type { SiteChange } from '../../electron/contract/site.ts';
import { withChanges } from '../../electron/contract/transfers.ts';
import {
  type JudgedFinding,
  type StageId,
  type StageView,
  type StepView,
  stageIds,
  type WalkEvent,
  type WalkView,
} from '../../electron/contract/views.ts';
import { type Client, errorOf, wantsPassphrase } from './client.ts';
import { connected } from './connection.ts';
import { addLogLine, clearLog, logPlace } from './log.ts';
import { get, goTo, set } from './store.ts';
import { noteTransfer } from './transfers.ts';

/** Carries out a call; a failure is shown and gives undefined. */
export async function attempt<T>(work: (client: Client) => Promise<T>): Promise<T | undefined> {
  try {
    return await work(await connected());
  } catch (error) {
    const view = errorOf(error);
    if (wantsPassphrase(view)) set({ locked: true });
    set({ error: view });
    return undefined;
  }
}

/** Carries out a call whose failure is shown where it was asked for, as beside a field of a dialog. */
export async function outcome<T>(
  work: (client: Client) => Promise<T>,
): Promise<{ readonly value: T; readonly error?: never } | { readonly value?: never; readonly error: ErrorView }> {
  try {
    return { value: await work(await connected()) };
  } catch (error) {
    return { error: errorOf(error) };
  }
}

export async function loadSites(): Promise<void> {
  const sites = await attempt((client) => client.site.list());
  if (sites !== undefined) set({ sites });
  const info = await attempt((client) => client.info());
  if (info === undefined) return;
  set({ canPractise: info.practice });
  if (get().bundle === '') set({ bundle: info.bundles[0] ?? '' });
}

/** Opens a site on the page where its walk stands; one that is open already is read anew and keeps its page. */
export async function openSite(name: string): Promise<void> {
  const site = await attempt((client) => client.site.show({ site: name }));
  if (site === undefined) return;
  const isNew = get().siteName !== name;
  if (isNew) {
    clearLog();
    set({
      siteName: name,
      site,
      walk: undefined,
      plan: undefined,
      findings: [],
      visited: [],
      locked: false,
      vault: undefined,
    });
    const bundle = get().sites?.find((known) => known.name === name)?.lastRun?.bundle ?? [];
    if (bundle.length > 0) set({ bundle: bundle.join(' ; ') });
  } else set({ site });
  const walk = await loadState(name);
  if (isNew)
    goTo(walk === undefined ? 'inventory' : (stageIds[Math.min(walk.stage, stageIds.length) - 1] ?? 'inventory'));
  void follow(name);
}

export function leaveSite(): void {
  set({
    siteName: undefined,
    site: undefined,
    walk: undefined,
    plan: undefined,
    findings: [],
    vault: undefined,
    page: 'start',
  });
  void loadSites();
}

/** The walk of the open site as it stands; undefined where there is none, or where a failure is shown. */
async function loadState(name: string): Promise<WalkView | undefined> {
  const { value, error } = await outcome((client) => client.walk.state({ site: name }));
  if (get().siteName === name && value !== undefined) takeWalk(value);
  if (error !== undefined && error.code !== 'run-not-found') set({ error });
  return value;
}

function takeWalk(walk: WalkView): void {
  // Another run was started elsewhere, perhaps while this window was cut off: its lines are still to come.
  if (get().walk !== undefined && get().walk?.run !== walk.run) clearLog();
  set({ walk });
}

async function loadFindings(name: string): Promise<void> {
  const findings = await attempt((client) => client.check.list({ site: name }));
  if (findings === undefined || get().siteName !== name) return;
  found = [];
  set({ findings });
}

async function loadWalk(name: string): Promise<void> {
  if ((await loadState(name)) !== undefined) await loadFindings(name);
}

export async function saveSite(change: SiteChange): Promise<boolean> {
  const { siteName } = get();
  if (siteName === undefined) return false;
  const site = await attempt((client) => client.site.update({ site: siteName, change }));
  if (site !== undefined) set({ site, plan: undefined });
  return site !== undefined;
}

export const bundleFolders = (): string[] =>
  get()
    .bundle.split(/\s*;\s*/)
    .filter((folder) => folder !== '');

export async function loadPlan(): Promise<void> {
  const { siteName } = get();
  if (siteName === undefined || bundleFolders().length === 0) return;
  const plan = await attempt((client) => client.plan.show({ site: siteName, bundle: bundleFolders() }));
  set({ plan });
}

/** Starts the plan that is shown. */
export async function beginWalk(): Promise<void> {
  const { siteName, plan } = get();
  if (siteName === undefined || plan === undefined) return;
  clearLog();
  const walk = await attempt((client) =>
    client.walk.start({ site: siteName, bundle: bundleFolders(), plan: plan.digest }),
  );
  if (walk === undefined) return;
  set({ walk, findings: [] });
  goTo('inventory');
  begun = 'inventory';
  void follow(siteName);
}

export async function resumeWalk(): Promise<void> {
  const { siteName } = get();
  if (siteName === undefined) return;
  const walk = await attempt((client) => client.walk.resume({ site: siteName, bundle: bundleFolders() }));
  if (walk === undefined) return;
  set({ walk });
  void follow(siteName);
}

/** Pauses the run: it ends by itself as soon as nothing has to be done again. */
export async function pauseWalk(): Promise<void> {
  const { siteName } = get();
  if (siteName !== undefined) await attempt((client) => client.walk.pause({ site: siteName }));
}

export async function cancelWalk(): Promise<void> {
  const { siteName } = get();
  if (siteName !== undefined) await attempt((client) => client.walk.cancel({ site: siteName }));
}

/** Judges these checks again and goes on. */
export async function checkAgain(checks: readonly string[]): Promise<void> {
  const { siteName } = get();
  if (siteName === undefined) return;
  const again = await attempt((client) => client.check.again({ site: siteName, checks: [...checks] }));
  if (again !== undefined) await resumeWalk();
}

export async function addWaiver(waiver: {
  check: string;
  subjects: string[];
  reason: string;
  approver: string;
  expires: string;
}): Promise<boolean> {
  const { siteName } = get();
  if (siteName === undefined) return false;
  const added = await attempt((client) => client.waiver.add({ site: siteName, waiver }));
  if (added !== undefined) await loadWalk(siteName);
  return added !== undefined;
}

let following = 0;

/** The page that was shown when the walk was begun: its stage may have ended before the first notice of it arrives. */
let begun: StageId | undefined;

/** Follows the run of a site while this window shows it; a newer follower ends the older one. */
async function follow(name: string): Promise<void> {
  following += 1;
  const mine = following;
  const client = await connected();
  let read = false;
  try {
    for await (const event of await client.walk.watch({ site: name, after: logPlace() })) {
      if (mine !== following || get().siteName !== name) return;
      apply(event);
      // Read once it is watched: what is found meanwhile waits in the stream and comes after, so that nothing falls in between.
      if (!read) await loadFindings(name);
      read = true;
    }
  } catch (error) {
    const view = errorOf(error);
    // A lost line is told by the connection, a site without a run by its pages.
    if (get().connection === 'open' && view.code !== 'run-not-found' && view.code !== 'internal') set({ error: view });
  }
  if (mine === following && get().siteName === name) await loadWalk(name);
}

function apply(event: WalkEvent): void {
  switch (event.type) {
    case 'snapshot': {
      const passed = begun !== undefined && get().page === begun && event.walk.state === 'running';
      takeWalk(event.walk);
      if (passed) goTo(stageIds[event.walk.stage - 1] ?? 'inventory');
      begun = undefined;
      return;
    }
    case 'end':
      set({ walk: event.walk });
      return;
    case 'step':
      noteTransfer(event.step.id, event.step.transfer);
      set((state) =>
        state.walk === undefined
          ? {}
          : { walk: withStep(state.walk, event.stage, event.step, event.progress, event.etaMs) },
      );
      return;
    case 'progress':
      noteTransfer(event.step, event.transfer);
      set((state) => {
        const known = state.walk?.stages
          .find((stage) => stage.id === event.stage)
          ?.steps.find((step) => step.id === event.step);
        if (state.walk === undefined || known === undefined) return {};
        const { note = known.note, transfer } = event;
        const step = {
          ...known,
          progress: event.share,
          ...(note && { note }),
          ...(transfer && { transfer: withChanges(known.transfer, transfer) }),
        };
        return { walk: withStep(state.walk, event.stage, step, event.progress, event.etaMs) };
      });
      return;
    case 'stage':
      set((state) => {
        if (state.walk === undefined) return {};
        const walk = {
          ...state.walk,
          stages: state.walk.stages.map((stage) => (stage.id === event.stage.id ? event.stage : stage)),
        };
        return { walk, ...stageMoved(state.walk, walk, event.stage) };
      });
      return;
    case 'finding':
      noteFinding(event.finding);
      return;
    case 'log':
      addLogLine(event);
      return;
  }
}

let found: JudgedFinding[] = [];

/** Findings come by the hundred: they are taken over together, a few times a second. */
function noteFinding(finding: JudgedFinding): void {
  if (found.length === 0) setTimeout(takeFindings, 60);
  found.push(finding);
}

function takeFindings(): void {
  if (found.length === 0) return;
  const newest = new Map(found.map((finding) => [`${finding.check}\n${finding.subject}`, finding]));
  found = [];
  set((state) => ({
    findings: [
      ...state.findings.filter((known) => !newest.has(`${known.check}\n${known.subject}`)),
      ...newest.values(),
    ],
  }));
}

/** The window follows the walk from stage to stage while the operator stays on the running one. */
function stageMoved(before: WalkView, after: WalkView, ended: StageView): { page?: StageId } {
  const next = stageIds[stageIds.indexOf(ended.id) + 1];
  const good = ended.blockers.length === 0 && ended.steps.every((step) => step.state === 'done');
  return good && next !== undefined && get().page === ended.id && before.run === after.run ? { page: next } : {};
}

function withStep(walk: WalkView, id: StageId, step: StepView, progress: number, etaMs: number | undefined): WalkView {
  const stages = walk.stages.map((stage): StageView => {
    if (stage.id !== id) return stage;
    const steps = stage.steps.map((known) => (known.id === step.id ? step : known));
    const weight = steps.reduce((sum, known) => sum + known.weight, 0) || 1;
    const done = steps.reduce((sum, known) => sum + known.weight * known.progress, 0) / weight;
    const state =
      step.state === 'failed'
        ? 'failed'
        : stage.state === 'pending' || stage.state === 'blocked'
          ? 'running'
          : stage.state;
    return { ...stage, steps, progress: done, state };
  });
  const { etaMs: _before, ...rest } = walk;
  return { ...rest, progress, stage: stageIds.indexOf(id) + 1, stages, ...(etaMs !== undefined && { etaMs }) };
}
