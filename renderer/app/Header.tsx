import { LeftOutlined } from '@ant-design/icons';
import { Button, Segmented, Select } from 'antd';
import { useWords } from '../i18n/text.ts';
import { leaveSite } from '../state/actions.ts';
import { setLocale, setTheme, useStore } from '../state/store.ts';
import { Brand } from './Brand.tsx';
import './header.css';

/** Which site is open, and the controls of the window. Without a site the program's name stands here, else on the rail. */
export function Header() {
  const { t, locale } = useWords();
  const site = useStore((state) => state.site);
  const alone = useStore((state) => state.page === 'start');
  const themeName = useStore((state) => state.theme);
  return (
    <header>
      {alone ? (
        <Brand />
      ) : (
        <>
          <Button size="small" icon={<LeftOutlined aria-hidden />} onClick={leaveSite}>
            {t('app.sites')}
          </Button>
          {site !== undefined && (
            <div className="header-site">
              <strong title={site.title}>{site.title}</strong>
              {site.practice && <span className="header-fact header-practice">{t('app.practice')}</span>}
              <span className="header-fact tabular">{t('start.hosts', { count: site.hosts.length })}</span>
              {site.project.customer !== '' && (
                <span className="header-customer" title={site.project.customer}>
                  {site.project.customer}
                </span>
              )}
            </div>
          )}
        </>
      )}
      <span className="spring" />
      <Segmented
        aria-label={t('app.theme')}
        size="small"
        value={themeName}
        options={[
          { value: 'light', label: t('app.theme.light') },
          { value: 'dark', label: t('app.theme.dark') },
        ]}
        onChange={setTheme}
      />
      <Select
        aria-label={t('app.language')}
        size="small"
        value={locale}
        options={[
          { value: 'zh-CN', label: '中文' },
          { value: 'en-US', label: 'English' },
        ]}
        onChange={setLocale}
        style={{ width: 96 }}
      />
    </header>
  );
}
