/**
 * Marks a test that only `npm run test:all` runs, for example one of several tests that differ only in theme, size or
 * amount.
 * @param isLong false for the tests that `npm test` runs too
 */
export const tagLongIf = (isLong: boolean): { tag?: string } => (isLong ? { tag: '@long' } : {})
