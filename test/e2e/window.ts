import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Contract } from '../../electron/contract/calls.ts';
import type { Locale } from '../../electron/contract/text.ts';
import type { WalkEvent } from '../../electron/contract/views.ts';
import { createRouter } from '../../electron/engine/router.ts';
import { serve } from '../../electron/server/server.ts';
import { enUS } from '../../renderer/i18n/en-US/index.ts';
import { zhCN } from '../../renderer/i18n/zh-CN/index.ts';
import { buildWizard } from '../kit/built-wizard.ts';
import { openPracticeHome, type PracticeHome, practiceName } from '../kit/practice-home.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The wizard served over a practice site, and a browser to look at it with. */
export type Wizard = {
  readonly practice: PracticeHome;
  /** Serves the same engine under a new token, at the port that the server before it had. */
  readonly serveAnew: () => Promise<void>;
  readonly client: ContractRouterClient<Contract>;
  readonly browser: Browser;
  /** A window of its own; `complaints` collects what its console and its scripts complain of. */
  readonly open: (options: WindowOptions) => Promise<{ readonly page: Page; readonly complaints: readonly string[] }>;
  readonly close: () => Promise<void>;
};

export type WindowOptions = {
  readonly theme: 'light' | 'dark';
  /** English unless another is asked for. */
  readonly locale?: Locale;
  /** Stays on the start page; otherwise the practice site is opened. */
  readonly atStart?: boolean;
  /**
   * Events told to the window after the walk's snapshot; the real end is kept back, so that they stay. `event` runs in the
   * page and uses nothing from outside itself.
   */
  readonly tell?: { readonly count: number; readonly event: (at: number) => WalkEvent };
  /** A script that runs in the window before anything of the wizard. */
  readonly script?: string;
};

/** The wizard's own words in a language, for finding its parts. */
export const wordsOf = (locale: Locale): Readonly<Record<keyof typeof enUS, string>> =>
  locale === 'en-US' ? enUS : zhCN;

/** Keeps Chromium's own services (updates, accounts, filling in forms) from asking their vendor: only the wizard's tries are left. */
const silent = [
  '--disable-background-networking',
  '--disable-component-update',
  ...['gaia-url=', 'component-updater=url-source=', 'autofill-server-url='].map(
    (name) => `--${name}http://127.0.0.1:1/`,
  ),
];

/** Builds the renderer, brings up the practice site and serves the wizard over it. */
export async function openWizard(
  program: string,
  sample: Parameters<typeof openPracticeHome>[0] = {},
): Promise<Wizard> {
  buildWizard();
  const practice = await openPracticeHome(sample);
  const engine = practice.engine();
  engine.openUnlocked(practiceName);
  const router = createRouter(engine);
  let server = await serve(router);
  const browser: Browser = await chromium.launch({
    executablePath: program,
    args: ['--no-sandbox', '--disable-gpu', ...silent],
  });
  return {
    practice,
    serveAnew: async () => {
      await server.close();
      server = await serve(router, { port: Number(new URL(server.origin).port) });
    },
    client: createRouterClient(router),
    browser,
    open: async (options) => {
      // What moves while it is clicked on is not where the click was meant for.
      const context = await browser.newContext({
        ...{ viewport: { width: 1280, height: 800 }, locale: 'en-US' },
        reducedMotion: 'reduce',
      });
      await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.origin });
      await context.addInitScript({
        content: `localStorage.setItem('sitewright.theme', '${options.theme}'); localStorage.setItem('sitewright.locale', '${options.locale ?? 'en-US'}');`,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(8000);
      const complaints: string[] = [];
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      if (options.tell !== undefined) await page.addInitScript({ content: telling(options.tell) });
      if (options.script !== undefined) await page.addInitScript({ content: options.script });
      const words = wordsOf(options.locale ?? 'en-US');
      await page.goto(server.address);
      if (options.atStart === true) {
        await page.getByRole('heading', { level: 2, name: words['app.sites'] }).waitFor();
        return { page, complaints };
      }
      await page
        .locator('main')
        .getByRole('button', {
          name: new RegExp(
            `^(${[words['start.open.of'], words['start.view.of']].join('|')})$`.replaceAll(
              '{title}',
              '.*practice site',
            ),
            'i',
          ),
        })
        .first()
        .click();
      await page.locator('.rail').waitFor();
      return { page, complaints };
    },
    close: async () => {
      await browser.close();
      await server.close();
      await engine.close();
      await practice.remove();
    },
  };
}

/**
 * Stands in the window between its socket and the wizard: after the snapshot of a watched walk the given events, a few
 * hundred at a time as a busy engine sends them, and no end. The functions run in the page.
 */
function telling({ count, event }: NonNullable<WindowOptions['tell']>): string {
  return `(() => {
    const event = ${event.toString()};
    window.WebSocket = class extends WebSocket {
      watch;
      constructor(...address) {
        super(...address);
        this.addEventListener('message', (message) => this.heard(message));
      }
      send(words) {
        const asked = JSON.parse(words);
        if (asked.p?.u === '/walk/watch') this.watch = asked.i;
        super.send(words);
      }
      heard(message) {
        if (message.told || typeof message.data !== 'string') return;
        const { i, t, p } = JSON.parse(message.data);
        if (i !== this.watch || t !== 3) return;
        if (p.d?.json?.type === 'snapshot') setTimeout(() => this.tell(0));
        else message.stopImmediatePropagation();
      }
      tell(from) {
        window.tellEvent = (event) => {
          const data = JSON.stringify({ i: this.watch, t: 3, p: { e: 'message', d: { json: event } } });
          this.dispatchEvent(Object.assign(new MessageEvent('message', { data }), { told: true }));
        };
        for (let at = from; at < Math.min(${count}, from + 250); at += 1) {
          window.tellEvent(event(at));
        }
        if (from + 250 < ${count}) setTimeout(() => this.tell(from + 250));
      }
    };
  })()`;
}

/** For `WindowOptions.tell`: nothing by itself; the test tells what it wants, when it wants, by `tell`. */
export const tellLater: NonNullable<WindowOptions['tell']> = {
  count: 0,
  event: () => {
    throw new Error('nothing is told by itself');
  },
};

/** Tells events to a window that was opened with `tell`, as the engine would. */
export async function tell(page: Page, ...events: readonly WalkEvent[]): Promise<void> {
  await page.waitForFunction(() => 'tellEvent' in globalThis);
  await page.evaluate(`${JSON.stringify(events)}.forEach((event) => window.tellEvent(event))`);
}

/** Violations of WCAG A and AA on the page as it stands, each with the places where. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  // What is still fading in has not its colours yet.
  await page.evaluate(`Promise.race([
    Promise.allSettled(document.getAnimations().map((one) => one.finished)),
    new Promise((resolve) => setTimeout(resolve, 1500)),
  ]).then(() => undefined)`);
  return await page.evaluate(`axe
    .run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => id + ': ' + node.html.slice(0, 160) + ' ' + (node.failureSummary ?? ''))))`);
}

/** Opens a page of the wizard by the name in its rail. */
export async function goTo(page: Page, name: string): Promise<void> {
  await page
    .locator('.rail button')
    .filter({ hasText: new RegExp(`^\\S*\\s*\\d+\\. ${name}`) })
    .click();
  await page.getByRole('heading', { level: 2, name }).waitFor();
}
