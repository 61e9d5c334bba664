import type { TestContext } from 'node:test';

/** Numbers from 0 to 1. The seed is told, and the same seed gives the same sequence: set SITEWRIGHT_TEST_SEED to repeat a failure. */
export function seededRandom(t: TestContext): () => number {
  const seed = Number(process.env.SITEWRIGHT_TEST_SEED ?? Date.now() % 1_000_000);
  t.diagnostic(`seed ${seed}`);
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
