/**
 * Marks a test that only `npm run test:all` runs: one of several that differ in a theme, a size or an amount.
 * @param isLong false for those of them that `npm test` runs, too
 */
export const longIf = (isLong: boolean): { tag?: string } => (isLong ? { tag: '@long' } : {})
