import { type LocalText, say, type Text } from '../../contract/text.ts';

/** Several texts as one, separated as each language does. */
export function joinTexts(texts: readonly Text[]): LocalText {
  return {
    'zh-CN': texts.map((words) => say('zh-CN', words)).join('；'),
    'en-US': texts.map((words) => say('en-US', words)).join('; '),
  };
}
