import { useSyncExternalStore } from 'react';

const still = matchMedia('(prefers-reduced-motion: reduce)');
const listen = (told: () => void) => {
  still.addEventListener('change', told);
  return () => still.removeEventListener('change', told);
};

/** Whether anything may move: not where the person's system asks for stillness. */
export function useMotion(): boolean {
  return !useSyncExternalStore(listen, () => still.matches);
}
