/**
 * Returns a generator of numbers in [0, 1) that depend only on a seed (MINSTD), so that a run can be repeated.
 * @param seed a whole number above 0
 */
export function createRandomGenerator(seed: number): () => number {
  let state = seed % 2_147_483_647
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
