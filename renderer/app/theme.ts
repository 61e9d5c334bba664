import { type ThemeConfig, theme } from 'antd';

export type ThemeName = 'light' | 'dark';

const font =
  '"Segoe UI", "Helvetica Neue", Arial, "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif';

/** Ant Design's tokens, corrected where its defaults fail WCAG AA contrast. */
export const themes: Record<ThemeName, ThemeConfig> = {
  light: {
    algorithm: theme.defaultAlgorithm,
    token: {
      fontFamily: font,
      fontSize: 14,
      borderRadius: 6,
      colorPrimary: '#0958d9',
      colorLink: '#0958d9',
      colorLinkHover: '#003eb3',
      colorLinkActive: '#002c8c',
      colorError: '#b32424',
      colorSuccess: '#1f6b08',
      colorWarning: '#8f4100',
      colorTextTertiary: 'rgba(0,0,0,.65)',
      colorTextDescription: 'rgba(0,0,0,.65)',
      colorTextPlaceholder: 'rgba(0,0,0,.6)',
      colorBgLayout: '#f5f7fa',
    },
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
    },
  },
};
