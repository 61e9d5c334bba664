import { theme } from 'antd';
import type { CSSProperties } from 'react';
import './tones.css';

/** The theme's colours as custom properties for plain style sheets: states, their soft grounds, cards. */
export function useTones(): CSSProperties {
  const { token } = theme.useToken();
  return {
    '--card': token.colorBgContainer,
    '--line': token.colorBorderSecondary,
    '--hover': token.colorFillTertiary,
    '--text': token.colorText,
    '--quiet': token.colorTextTertiary,
    '--good': token.colorSuccess,
    '--good-soft': soft(token.colorSuccess),
    '--warning': token.colorWarning,
    '--warning-soft': soft(token.colorWarning),
    '--bad': token.colorError,
    '--bad-soft': soft(token.colorError),
    '--active': token.colorPrimary,
    '--active-soft': soft(token.colorPrimary),
    // The primary colour as a ground is too dark for small words on a soft ground of itself.
    '--active-text': token.colorLink,
    '--quiet-soft': token.colorFillTertiary,
  } as CSSProperties;
}

/** A tenth of a `#rrggbb` colour over whatever lies below. */
function soft(colour: string): string {
  return `${colour}1a`;
}
