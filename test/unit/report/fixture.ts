import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Site, siteSchema, type Waiver } from '../../../electron/contract/site.ts';
import { type Text, text, verbatim } from '../../../electron/contract/text.ts';
import type { Finding, RunState, StageId } from '../../../electron/contract/views.ts';
import { planDigest, type StoredPlan } from '../../../electron/engine/plan/plan.ts';
import type { Json, StepPlan } from '../../../electron/engine/plan/step.ts';
import { waiverDigest } from '../../../electron/engine/run/decisions.ts';
import { findingsDigest } from '../../../electron/engine/run/execute.ts';
import { type OpenSite, openSite } from '../../../electron/engine/site/open-site.ts';
import { writeSite } from '../../../electron/engine/site/site-folder.ts';

export const runId = '0f0f0f0f-0000-4000-8000-000000000001';
export const imageDigest = `sha256:${'ab'.repeat(32)}`;
export const passphrase = 'correct horse battery staple';
export const secret = 'hunter2-do-not-print';

/** What a test changes of the small site that was walked. */
export type Changes = {
  readonly site?: Partial<Site>;
  readonly findings?: readonly Finding[];
  readonly waivers?: readonly Waiver[];
  readonly state?: RunState;
  readonly now?: () => Date;
};

const start = Date.parse('2026-03-01T01:00:00.000Z');
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();

export function finding(change: Partial<Finding> & Pick<Finding, 'check'>): Finding {
  return {
    stage: 'environment',
    subject: 'app-01',
    title: verbatim(`Title of ${change.check}`),
    category: 'host',
    clause: '11.2 环境准备',
    qualification: 'IQ',
    mustPass: false,
    status: 'passed',
    expected: verbatim('at least 1'),
    actual: verbatim(`measured ${change.check}`),
    evidence: [],
    at: at(10),
    durationMs: 1,
    ...change,
  };
}

const latency = {
  type: 'latency',
  buckets: [
    { ms: 5, count: 10 },
    { ms: 10, count: 80 },
    { ms: 50, count: 10 },
  ],
  percentiles: { p50: 7.1, p95: 31, p99: 44, max: 48 },
  rate: [{ second: 0, offered: 50, achieved: 50, p99: 44 }],
};

/** One of each kind: passed on two hosts, a warning, something that failed, a load test, documents, the conclusion. */
export function someFindings(): readonly Finding[] {
  return [
    finding({ check: 'host.cpu', subject: 'app-02', mustPass: true, evidence: ['E-0001'] }),
    finding({ check: 'host.cpu', mustPass: true, evidence: ['E-0001'] }),
    finding({
      check: 'os.inotify',
      status: 'warning',
      actual: verbatim('128'),
      fix: { text: verbatim('Raise it'), command: 'sysctl -w' },
    }),
    finding({
      check: 'os.inotify',
      subject: 'app-02',
      status: 'warning',
      actual: verbatim('256'),
      fix: { text: verbatim('Raise it') },
    }),
    finding({ check: 'os.swap', status: 'not-applicable', why: verbatim('no database here') }),
    finding({
      check: 'api.alive',
      stage: 'verification',
      subject: 'api',
      qualification: 'OQ',
      clause: '11.2 健康检查 / 服务状态',
      mustPass: true,
    }),
    finding({
      check: 'load.steady',
      stage: 'verification',
      subject: 'api',
      qualification: 'PQ',
      clause: '11.2 性能验证 / 吞吐量',
      chart: latency,
    }),
    finding({
      check: 'tls.old',
      stage: 'verification',
      subject: 'api',
      qualification: 'SQ',
      status: 'failed',
      actual: verbatim('TLS 1.0 accepted'),
    }),
    finding({
      check: 'acceptance.document.1',
      stage: 'acceptance',
      subject: 'site',
      clause: '11.7 文档管理',
      evidence: ['E-0003'],
    }),
  ];
}

export const waiverOfTls: Waiver = {
  id: 'W-1',
  check: 'tls.old',
  subjects: [],
  reason: 'The old meters know no other',
  approver: 'Chen Wei',
  created: at(60),
  expires: '2026-12-31',
};

function siteOf(change: Partial<Site>): Site {
  const host = (name: string) => ({
    name,
    address: '10.0.0.1',
    port: 22,
    user: 'root',
    credential: 'ssh',
    roles: ['worker'],
  });
  const base = siteSchema.parse({
    format: 1,
    name: 'site',
    title: '一号站点',
    profile: 'production',
    operator: 'Li Na',
    project: {
      customer: '客户',
      contractor: '承建方',
      supervisor: '监理方',
      contract: 'C-1',
      place: '机房',
      document: 'SW-1',
      revision: 'B',
    },
    hosts: [host('app-01'), host('app-02')],
    registry: { url: 'https://10.0.0.9:5000', prefix: 'site', user: 'pusher', credential: 'registry', host: 'app-01' },
  });
  return { ...base, ...change };
}

function planOf(site: Site): StoredPlan {
  const step = (id: string, effect: Text = verbatim(`Effect of ${id}`)): StepPlan => ({
    id,
    stage: id.split('/')[0] as StageId,
    kind: 'any',
    target: 'app-01',
    effects: [effect],
    mutates: false,
    needs: [],
    weight: 1,
    input: {},
  });
  const push = text('images.effect.push', {
    image: 'energy/api:4.2.0',
    digest: imageDigest.slice(0, 19),
    registry: '10.0.0.9:5000',
  });
  const steps = [
    step('environment/collect/app-01'),
    step('images/push/registry', push),
    step('images/prove/energy/api:4.2.0'),
    step('verification/suite/health'),
    step('acceptance/conclude/site'),
  ];
  const title = { 'zh-CN': '能源管理平台', 'en-US': 'Energy platform' };
  const plan: Omit<StoredPlan, 'digest'> = {
    site,
    release: { name: 'energy-platform', version: '4.2.0', digest: `sha256:${'d'.repeat(64)}`, title },
    stages: (['environment', 'images', 'verification', 'acceptance'] as const).map((id) => ({
      id,
      title: text(`run.stage.${id}`),
      steps: steps.filter((one) => one.stage === id),
    })),
  };
  return { ...plan, digest: planDigest(plan) };
}

const section = (stdout: string) => ({
  code: 0,
  milliseconds: 1,
  stdout,
  stderr: '',
  state: 'complete',
  truncated: false,
});
const collected = {
  format: 1,
  at: at(5),
  durationMs: 100,
  complete: true,
  noise: '',
  clock: null,
  sections: {
    'os-release': section('ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'),
    kernel: section('6.1.0-40-amd64\n'),
    arch: section('x86_64\n'),
    cpu: section('8\nflags : sse\n'),
    meminfo: section('MemTotal: 33554432 kB\n'),
    runtime: section(
      'socket /run/containerd/containerd.sock\nversion containerd containerd containerd.io 1.7.27 05044ec\n',
    ),
  },
};

/** A site folder with a finished run, made without a walk. `close` removes it. */
export function walkedSite(changes: Changes = {}): {
  readonly home: string;
  readonly opened: OpenSite;
  readonly close: () => void;
} {
  const home = mkdtempSync(join(tmpdir(), 'sitewright-report-'));
  let clock = start;
  const tick = () => {
    clock += 100;
    return new Date(clock);
  };
  const site = siteOf(changes.site ?? {});
  writeSite(home, site);
  const opened = openSite(home, site.name, changes.now ?? tick);
  opened.unlock(passphrase);
  const { store } = opened;
  const { audit, evidence, facts, vault } = opened.unlocked();
  vault.set('user/admin', secret);
  const plan = planOf(site);
  store.runs.create({ id: runId, startedAt: at(0), operator: site.operator, plan });
  audit.append('run', runId, { event: 'started', plan: plan.digest, operator: site.operator });
  const keep = (step: string, title: Text, content: string) =>
    evidence.add({ run: runId, step, title, mediaType: 'text/plain', content, at: at(9) });
  const kept = [
    keep('environment/collect/app-01', verbatim('Facts'), `password ${secret} is masked`),
    keep('images/prove/energy/api:4.2.0', verbatim('Proof'), JSON.stringify({ digest: imageDigest })),
    keep(
      'acceptance/conclude/site',
      text('report.evidence.document', { title: verbatim('Guide'), file: 'documents/guide.md' }),
      '# Guide',
    ),
  ];
  const findings = changes.findings ?? someFindings();
  const steps = plan.stages.flatMap((stage) => stage.steps);
  for (const step of steps) {
    store.runs.startStep(runId, step.id, at(8));
    if (step.id.startsWith('images/push')) store.runs.startStep(runId, step.id, at(8));
    for (const one of findings.filter(
      (candidate) => candidate.stage === step.stage && steps.find((other) => other.stage === step.stage) === step,
    )) {
      store.findings.put(runId, step.id, one);
    }
    store.runs.endStep(runId, step.id, 'done', at(20), { already: false });
    const own = kept.filter((view) => view.step === step.id).map((view): [string, Json] => [view.id, view.sha256]);
    const digest = findingsDigest(store.findings.ofStep(runId, step.id));
    audit.append('outcome', step.id, {
      run: runId,
      state: 'done',
      already: false,
      findings: digest,
      evidence: Object.fromEntries(own),
    });
  }
  facts.put('app-01', 'collected', collected);
  facts.put('app-01', 'collected-evidence', 'E-0001');
  for (const waiver of changes.waivers ?? []) {
    store.waivers.put(waiver);
    audit.append('waiver', waiver.id, { event: 'added', sha256: waiverDigest(waiver), ...waiver });
  }
  audit.append('vault', 'user/admin', { event: 'revealed' });
  store.runs.setState(runId, changes.state ?? 'done', at(120));
  audit.append('run', runId, { event: 'ended', state: changes.state ?? 'done' });
  return {
    home,
    opened,
    close: () => {
      opened.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
