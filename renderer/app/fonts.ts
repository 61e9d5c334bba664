import './fonts.css';

/** Longest wait for letters before the page is shown without them, ms. */
const limit = 1000;

/**
 * Resolves when the Chinese letters are there. What a browser draws while a font with several sources is still loading it
 * does not all draw again afterwards: some words would stay boxes.
 */
export async function fontsLoaded(): Promise<void> {
  const faces = [400, 600].map((weight) => document.fonts.load(`${weight} 1em "Noto Sans SC"`, '中'));
  await Promise.race([Promise.allSettled(faces), new Promise((resolve) => setTimeout(resolve, limit))]);
}
