import { LoadingOutlined } from '@ant-design/icons';
import { Alert, App as AntApp, ConfigProvider, theme } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { type CSSProperties, useEffect } from 'react';
import { useWords } from '../i18n/text.ts';
import { set, useStore } from '../state/store.ts';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';
import { useMotion } from '../ui/motion.ts';
import { useTones } from '../ui/tones.ts';
import { Footer } from './Footer.tsx';
import { Header } from './Header.tsx';
import { PageView } from './PageView.tsx';
import { StepRail } from './StepRail.tsx';
import { themes } from './theme.ts';
import { UnlockDialog } from './UnlockDialog.tsx';

const nonce = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? '';

/** The window: language, theme, frame. */
export function App() {
  const locale = useStore((state) => state.locale);
  const themeName = useStore((state) => state.theme);
  const motion = useMotion();
  useEffect(() => {
    document.documentElement.lang = locale;
    document.documentElement.style.colorScheme = themeName;
  }, [locale, themeName]);
  return (
    <ConfigProvider
      theme={{ ...themes[themeName], token: { ...themes[themeName].token, motion } }}
      wave={{ disabled: !motion }}
      locale={locale === 'zh-CN' ? zhCN : enUS}
      // The library's own icon leaves by a transition that never ends when a call was quick, and stays in the button's name.
      button={{ autoInsertSpace: false, loadingIcon: <LoadingOutlined aria-hidden /> }}
      {...(nonce && { csp: { nonce } })}
    >
      <AntApp component={false}>
        <Frame />
      </AntApp>
    </ConfigProvider>
  );
}

function Frame() {
  const { token } = theme.useToken();
  const { t } = useWords();
  const page = useStore((state) => state.page);
  const connection = useStore((state) => state.connection);
  const error = useStore((state) => state.error);
  const alone = page === 'start';
  const tones = useTones();
  const colours = {
    ...tones,
    '--focus': token.colorPrimary,
    background: token.colorBgLayout,
    color: token.colorText,
    fontFamily: token.fontFamily,
    lineHeight: token.lineHeight,
  } as CSSProperties;
  return (
    <div className={alone ? 'frame alone' : 'frame'} style={colours}>
      <Header />
      {!alone && <StepRail />}
      <main aria-label={t('app.main')}>
        {connection === 'refused' && (
          <Alert
            role="alert"
            type="error"
            showIcon
            title={t('app.refused')}
            description={t('app.refused.next')}
            style={{ marginBottom: 16 }}
          />
        )}
        {connection === 'lost' && <Alert type="warning" showIcon title={t('app.lost')} style={{ marginBottom: 16 }} />}
        {error !== undefined && <ErrorNotice error={error} onClose={() => set({ error: undefined })} />}
        <PageView />
      </main>
      <Footer />
      <UnlockDialog />
    </div>
  );
}
