import { type ThemeConfig, theme } from 'antd';

export type ThemeName = 'light' | 'dark';

const font =
  '"Segoe UI", "Helvetica Neue", Arial, "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif';

type Ground = readonly [ground: string, border: string];

/** Notices stand on a ground that is hardly coloured: what the algorithm derives from the darker state colours is muddy. */
const grounds = (of: Readonly<Record<'error' | 'warning' | 'success' | 'info', Ground>>) => ({
  colorErrorBg: of.error[0],
  colorErrorBorder: of.error[1],
  colorWarningBg: of.warning[0],
  colorWarningBorder: of.warning[1],
  colorSuccessBg: of.success[0],
  colorSuccessBorder: of.success[1],
  colorInfoBg: of.info[0],
  colorInfoBorder: of.info[1],
});

const components: NonNullable<ThemeConfig['components']> = {
  Alert: { withDescriptionPadding: '12px 16px', withDescriptionIconSize: 20 },
};

/** Ant Design's tokens, corrected where its defaults fail WCAG AA contrast. */
export const themes: Record<ThemeName, ThemeConfig> = {
  light: {
    algorithm: theme.defaultAlgorithm,
    token: {
      fontFamily: font,
      fontSize: 14,
      borderRadius: 6,
      colorPrimary: '#0958d9',
      // Darker under the pointer: the lighter one that is derived takes white words below 4.5 to 1.
      colorPrimaryHover: '#003eb3',
      colorPrimaryActive: '#002c8c',
      colorLink: '#0958d9',
      colorLinkHover: '#003eb3',
      colorLinkActive: '#002c8c',
      colorError: '#b32424',
      colorSuccess: '#1f6b08',
      colorWarning: '#8f4100',
      colorTextTertiary: 'rgba(0,0,0,.65)',
      colorTextDescription: 'rgba(0,0,0,.65)',
      colorTextPlaceholder: 'rgba(0,0,0,.6)',
      colorBgLayout: '#f3f5f8',
      colorBorderSecondary: '#e3e8ee',
      ...grounds({
        error: ['#fdf2f1', '#e5b3af'],
        warning: ['#fff8ed', '#e3c391'],
        success: ['#f1f8ed', '#b2d4a4'],
        info: ['#eff5fe', '#b4ccf3'],
      }),
    },
    components,
  },
  dark: {
    algorithm: theme.darkAlgorithm,
    token: {
      fontFamily: font,
      fontSize: 14,
      borderRadius: 6,
      colorPrimary: '#4096ff',
      colorLink: '#69b1ff',
      colorLinkHover: '#91caff',
      colorLinkActive: '#91caff',
      colorError: '#ff7875',
      colorSuccess: '#7bd04f',
      colorWarning: '#ffb45c',
      colorTextTertiary: 'rgba(255,255,255,.68)',
      colorTextDescription: 'rgba(255,255,255,.68)',
      colorTextPlaceholder: 'rgba(255,255,255,.6)',
      colorTextLightSolid: '#000',
      colorBgLayout: '#0f1318',
      colorBgContainer: '#171c22',
      colorBgElevated: '#1d232b',
      colorBorderSecondary: '#2a313a',
      ...grounds({
        error: ['#2b181a', '#6e3233'],
        warning: ['#2a2114', '#6b5026'],
        success: ['#17251a', '#355a31'],
        info: ['#15243a', '#2d5083'],
      }),
    },
    components,
  },
};
