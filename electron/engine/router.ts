import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { implement } from '@orpc/server';
import { contract } from '../contract/calls.ts';
import { asSitewrightError, SitewrightError } from '../contract/errors.ts';
import { siteSchema, waiverSchema } from '../contract/site.ts';
import { bundleDetails, bundleView, followVerification, makeBundle, makeDelta } from './bundle/calls.ts';
import { exportInventory } from './bundle/delta/export-inventory.ts';
import { auditWaivers, judgeFindings } from './checks/gate.ts';
import type { Engine } from './engine.ts';
import { listAudit } from './evidence/audit.ts';
import { importIntoNodes } from './images/nodes/nodes.ts';
import { createPushes } from './images/pushes.ts';
import { planView } from './plan/plan.ts';
import { acceptanceView } from './report/acceptance-view.ts';
import { makeReport } from './report/make.ts';
import { reportModel } from './report/model.ts';
import { changeDeviation, changeSignOff } from './report/notes.ts';
import { abandonRun, addWaiver, forgetVerdicts, removeWaiver } from './run/decisions.ts';
import { siteSummary } from './run/site-summary.ts';
import { verifyJournal } from './run/verify-journal.ts';
import { watchWalk } from './run/watch.ts';
import { inventoryError, inventoryExample, readInventory } from './site/inventory.ts';
import { auditKeyEntry } from './site/open-site.ts';
import { changedSite, parseSite } from './site/site-folder.ts';
import { siteToday } from './site/site-time.ts';
import { testHost } from './site/test-host.ts';

/** The contract carried out by an engine; every face is served by this and adds nothing to it. */
export function createRouter(engine: Engine) {
  const implementation = implement(contract).use(async ({ next, errors }) => {
    try {
      return await next();
    } catch (error) {
      // Errors of the transport itself (input that does not parse) pass through as they are.
      if (!(error instanceof SitewrightError) && (error as { code?: unknown }).code === 'BAD_REQUEST') throw error;
      throw (errors as Errors).SITEWRIGHT({ data: asSitewrightError(error).view() });
    }
  });
  const calls = implementation;
  const pushes = createPushes(engine);
  const findingsOf = (name: string) => {
    const opened = engine.open(name);
    const run = opened.store.runs.last();
    const findings = run === undefined ? [] : opened.store.findings.list(run.id).map((stored) => stored.finding);
    return { opened, findings, today: siteToday(opened.site(), engine.now()) };
  };

  return calls.router({
    info: calls.info.handler(() => engine.info()),
    site: {
      list: calls.site.list.handler(() => engine.sites().map((name) => siteSummary(engine, name))),
      show: calls.site.show.handler(({ input }) => engine.open(input.site).site()),
      create: calls.site.create.handler(({ input }) => {
        const site = parseSite({ hosts: [], project: {}, ...input }, input.name);
        engine.createSite(site);
        return site;
      }),
      update: calls.site.update.handler(({ input }) => {
        const opened = engine.openUnlocked(input.site);
        const before = opened.site();
        const site = parseSite(changedSite(before, input.change), opened.folder.site);
        opened.saveSite(site);
        opened.unlocked().audit.append('site', input.site, { event: 'updated', fields: Object.keys(input.change) });
        return site;
      }),
      checkInventory: calls.site.checkInventory.handler(async ({ input }) => {
        const read = await readInventory(Buffer.from(input.contentBase64, 'base64'), input.format);
        return { hosts: [...read.hosts], problems: [...read.problems], rows: [...read.rows] };
      }),
      importInventory: calls.site.importInventory.handler(async ({ input }) => {
        const opened = engine.openUnlocked(input.site);
        const { hosts, problems } = await readInventory(Buffer.from(input.contentBase64, 'base64'), input.format);
        if (problems.length > 0) throw inventoryError(problems);
        const site = siteSchema.parse({ ...opened.site(), hosts });
        opened.saveSite(site);
        opened
          .unlocked()
          .audit.append('site', input.site, { event: 'inventory', hosts: hosts.map((host) => host.name) });
        return site;
      }),
      example: calls.site.example.handler(() => ({ csv: inventoryExample })),
      testHost: calls.site.testHost.handler(({ input, signal }) => {
        const { scripts } = engine.options;
        return testHost({ opened: engine.openUnlocked(input.site), host: input.host, scripts, signal });
      }),
      trust: calls.site.trust.handler(({ input }) => {
        const opened = engine.openUnlocked(input.site);
        const host = opened.site().hosts.find((candidate) => candidate.name === input.host);
        if (host === undefined) throw new SitewrightError('usage-invalid', { problem: input.host });
        opened.store.hostKeys.pin(`${host.address}:${host.port}`, input.fingerprint);
        opened
          .unlocked()
          .audit.append('site', input.site, { event: 'host-key', host: host.name, fingerprint: input.fingerprint });
        return {};
      }),
      exportInventory: calls.site.exportInventory.handler(({ input, signal }) =>
        exportInventory(engine, input, signal),
      ),
      trustBundleKey: calls.site.trustBundleKey.handler(({ input }) => {
        const opened = engine.openUnlocked(input.site);
        opened.store.meta.set('bundle-key', input.key);
        opened.unlocked().audit.append('site', input.site, { event: 'bundle-key', key: input.key });
        return {};
      }),
    },
    vault: {
      unlock: calls.vault.unlock.handler(({ input }) => {
        engine.open(input.site).unlock(input.passphrase);
        return {};
      }),
      set: calls.vault.set.handler(({ input }) => {
        const { vault, audit } = engine.openUnlocked(input.site).unlocked();
        // The key that signs the journal is made once; with another, the site would no longer open.
        if (input.name === auditKeyEntry) throw new SitewrightError('usage-invalid', { problem: input.name });
        vault.set(input.name, input.value);
        audit.append('vault', input.name, { event: 'set' });
        return {};
      }),
      list: calls.vault.list.handler(({ input }) => [...engine.openUnlocked(input.site).unlocked().vault.names()]),
      reveal: calls.vault.reveal.handler(({ input }) => {
        const { vault, audit } = engine.openUnlocked(input.site).unlocked();
        const value = vault.get(input.name);
        audit.append('vault', input.name, { event: 'revealed' });
        return { value };
      }),
    },
    bundle: {
      build: calls.bundle.build.handler(async ({ input, signal }) => {
        await makeBundle(input, join(engine.options.home, 'release-signing.key'), signal);
        return await bundleView(await engine.bundle([input.out]));
      }),
      inspect: calls.bundle.inspect.handler(async ({ input }) => {
        const bundle = await engine.bundle(input.bundle);
        return input.sbom ? await bundleDetails(bundle) : await bundleView(bundle);
      }),
      delta: calls.bundle.delta.handler(({ input, signal }) =>
        makeDelta(input, join(engine.options.home, 'release-signing.key'), signal),
      ),
      verify: calls.bundle.verify.handler(({ input, signal }) => followVerification(input.bundle, signal)),
    },
    images: {
      plan: calls.images.plan.handler(({ input, signal }) => pushes.plan(input, signal)),
      pathTest: calls.images.pathTest.handler(({ input, signal }) => pushes.pathTest(input, signal)),
      push: calls.images.push.handler(({ input, signal }) => pushes.push(input, signal)),
      pause: calls.images.pause.handler(async ({ input }) => ({ paused: await pushes.pause(input.target) })),
      import: calls.images.import.handler(async ({ input, signal }) => [
        ...(await importIntoNodes(engine, input, signal)),
      ]),
      verify: calls.images.verify.handler(async ({ input, signal }) =>
        (await pushes.verify(input, signal)).map((proof) => ({
          ...proof,
          missing: [...proof.missing],
          altered: [...proof.altered],
        })),
      ),
    },
    plan: {
      show: calls.plan.show.handler(async ({ input }) =>
        planView(engine.plan(input.site, await engine.trustedBundle(input.site, input.bundle))),
      ),
    },
    walk: {
      start: calls.walk.start.handler(async ({ input }) =>
        (await engine.start(input.site, input.bundle, input.plan)).walk.view(),
      ),
      resume: calls.walk.resume.handler(async ({ input }) =>
        (await engine.resume(input.site, input.bundle)).walk.view(),
      ),
      cancel: calls.walk.cancel.handler(({ input }) => {
        engine.cancel(input.site);
        return {};
      }),
      pause: calls.walk.pause.handler(({ input }) => {
        engine.pause(input.site);
        return {};
      }),
      abandon: calls.walk.abandon.handler(({ input }) => {
        abandonRun(engine.openUnlocked(input.site), engine.now());
        return {};
      }),
      state: calls.walk.state.handler(({ input }) => engine.walk(input.site).view()),
      watch: calls.walk.watch.handler(({ input, signal }) => watchWalk(engine, input.site, signal, input.after)),
    },
    check: {
      list: calls.check.list.handler(({ input }) => {
        const { opened, findings, today } = findingsOf(input.site);
        return judgeFindings(findings, opened.store.waivers.list(), today);
      }),
      again: calls.check.again.handler(({ input }) => {
        const opened = engine.openUnlocked(input.site);
        return { steps: [...forgetVerdicts(opened, input.checks)] };
      }),
    },
    waiver: {
      list: calls.waiver.list.handler(({ input }) => {
        const { opened, findings, today } = findingsOf(input.site);
        const audited = auditWaivers(findings, opened.store.waivers.list(), today);
        return [
          ...audited.used.map(({ waiver }) => ({ ...waiver, state: 'counts' as const })),
          ...audited.unused.map((waiver) => ({ ...waiver, state: 'unused' as const })),
          ...audited.refused.map((waiver) => ({ ...waiver, state: 'unused' as const })),
          ...audited.expired.map((waiver) => ({ ...waiver, state: 'expired' as const })),
        ];
      }),
      add: calls.waiver.add.handler(({ input }) => {
        const { findings, today } = findingsOf(input.site);
        return addWaiver(
          engine.openUnlocked(input.site),
          waiverSchema.omit({ id: true, created: true }).parse(input.waiver),
          findings,
          today,
          engine.now(),
        );
      }),
      remove: calls.waiver.remove.handler(({ input }) => ({
        removed: removeWaiver(engine.openUnlocked(input.site), input.id),
      })),
    },
    evidence: {
      list: calls.evidence.list.handler(({ input }) => [...engine.open(input.site).evidence.list()]),
      show: calls.evidence.show.handler(({ input }) => {
        const { view, content } = engine.open(input.site).evidence.read(input.id);
        return { view, contentBase64: content.toString('base64') };
      }),
    },
    journal: {
      list: calls.journal.list.handler(({ input }) => [...listAudit(engine.open(input.site).store.database)]),
      verify: calls.journal.verify.handler(({ input }) => verifyJournal(engine.open(input.site), input.head)),
    },
    acceptance: {
      show: calls.acceptance.show.handler(({ input }) => acceptanceView(engine.open(input.site))),
      note: calls.acceptance.note.handler(({ input }) => {
        const opened = engine.openUnlocked(input.site);
        changeDeviation(opened, input.change, reportModel(opened).deviations, siteToday(opened.site(), engine.now()));
        return acceptanceView(opened);
      }),
      signOff: calls.acceptance.signOff.handler(({ input }) => {
        const opened = engine.openUnlocked(input.site);
        changeSignOff(opened, input.signOff);
        return acceptanceView(opened);
      }),
    },
    report: {
      make: calls.report.make.handler(async ({ input }) => {
        const { locales, pdf } = input;
        const printer = pdf ? engine.options.printer?.() : undefined;
        const made = await makeReport({ opened: engine.open(input.site), locales, pdf, printer });
        const { verdict, summary } = made;
        const files = made.files.map((file) => ({
          ...file,
          ...(input.content && { contentBase64: readFileSync(file.path).toString('base64') }),
        }));
        return { files, conclusion: verdict.conclusion, verdict, summary, skipped: [...made.skipped] };
      }),
    },
    practice: {
      open: calls.practice.open.handler(({ input }) => engine.openPractice(input.folder)),
      close: calls.practice.close.handler(async () => {
        await engine.closePractice();
        return {};
      }),
    },
  });
}

export type Router = ReturnType<typeof createRouter>;

type Errors = { SITEWRIGHT: (options: { data: unknown }) => Error };
