import { useEffect, useRef } from 'react';
import { useWords } from '../../i18n/text.ts';

/** The report has one style element, in its head. */
const styleElement = /<style>([\s\S]*?)<\/style>/;

/**
 * The report's own HTML in a shadow tree: its style stays its own. Style sheet and style attributes are set through the
 * object model, since the page's policy takes no inline style; nothing in it can run.
 */
export function ReportPreview({ page }: { page: string }) {
  const { t } = useWords();
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const shadow = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    // The report escapes every quote of a value: this can only meet attributes.
    const plain = page.replaceAll(' style="', ' data-style="').replace(styleElement, '');
    const parsed = new DOMParser().parseFromString(plain, 'text/html');
    const sheet = new CSSStyleSheet();
    const rules = styleElement.exec(page)?.[1] ?? '';
    sheet.replaceSync(
      rules.replace(/(^|[},\s])body(?=[\s{,.:])/g, '$1.report').replace(/(^|[},\s])html(?=[\s{,.:])/g, '$1.report'),
    );
    shadow.adoptedStyleSheets = [sheet];
    const body = document.createElement('div');
    body.className = `report ${parsed.body.className}`;
    body.append(...[...parsed.body.childNodes].map((node) => document.importNode(node, true)));
    for (const styled of body.querySelectorAll<HTMLElement>('[data-style]'))
      styled.style.cssText = styled.dataset.style ?? '';
    // Hundreds of links would have to be passed one by one by the keyboard; a mouse still follows them.
    for (const link of body.querySelectorAll('a')) link.tabIndex = -1;
    for (const script of body.querySelectorAll('script')) script.remove();
    shadow.replaceChildren(body);
  }, [page]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by the keyboard
    <div ref={host} className="acceptance-preview" role="document" aria-label={t('acceptance.preview')} tabIndex={0} />
  );
}
