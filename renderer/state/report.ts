import type { ErrorView } from '../../electron/contract/errors.ts';
import type { Locale, Text } from '../../electron/contract/text.ts';
import { attempt } from './actions.ts';
import { get } from './store.ts';

export type MadeReport = {
  readonly verdict: {
    readonly conclusion: 'passed' | 'conditional' | 'failed';
    readonly total: number;
    readonly passed: number;
    readonly mustPass: number;
    readonly mustPassMet: number;
    readonly open: number;
    readonly waived: number;
  };
  readonly summary: Text;
  /** The HTML page in the language of the moment. */
  readonly page: string;
  readonly skipped: readonly ErrorView[];
  readonly download: (format: 'html' | 'json' | 'pdf') => void;
};

const mediaTypes = { html: 'text/html', json: 'application/json', pdf: 'application/pdf' } as const;

/** Makes the report in one language and fetches it; the PDF is printed when it is asked for. */
export async function makeReport(locale: Locale): Promise<MadeReport | undefined> {
  const { siteName } = get();
  if (siteName === undefined) return undefined;
  const fetchReport = (pdf: boolean) =>
    attempt((client) => client.report.make({ site: siteName, locales: [locale], pdf, content: true }));
  const made = await fetchReport(false);
  if (made === undefined) return undefined;
  const contentOf = (files: typeof made.files, format: string) =>
    files.find((file) => file.format === format)?.contentBase64;
  const html = contentOf(made.files, 'html');
  return {
    verdict: made.verdict as MadeReport['verdict'],
    summary: made.summary,
    page: html === undefined ? '' : new TextDecoder().decode(bytesOf(html)),
    skipped: made.skipped,
    download: (format) => {
      void (async () => {
        const files = format === 'pdf' ? ((await fetchReport(true))?.files ?? []) : made.files;
        const content = contentOf(files, format);
        if (content !== undefined)
          save(`acceptance-${siteName}.${locale}.${format}`, bytesOf(content), mediaTypes[format]);
      })();
    },
  };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Hands a file to the person by the browser's own download. */
export function save(name: string, content: Uint8Array<ArrayBuffer>, mediaType: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type: mediaType }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
