/**
 * Whether the run includes long tests, which repeat another test in a further variant: `it.runIf(RUNS_LONG)`.
 * `bin/test` sets LONG_TESTS for `npm run test:all`.
 */
export const RUNS_LONG = process.env.LONG_TESTS === '1'
