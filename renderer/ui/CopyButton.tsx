import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useWords } from '../i18n/text.ts';

/** Puts words on the clipboard and says that it did. `words` may be made at the click, as for a long log. */
export function CopyButton({ words, label }: { words: string | (() => string); label?: string }) {
  const { t } = useWords();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof words === 'string' ? words : words());
      setCopied(true);
    } catch {
      // Without the permission nothing is copied, and the button keeps saying so.
    }
  };
  return (
    <Button
      size="small"
      icon={copied ? <CheckOutlined /> : <CopyOutlined />}
      onClick={() => void copy()}
      {...(label !== undefined && { 'aria-label': copied ? t('app.copied') : label })}
    >
      <span aria-live="polite">{copied ? t('app.copied') : t('app.copy')}</span>
    </Button>
  );
}
