/**
 * Whether the run has time for tests that repeat another one in a further form: `it.runIf(RUNS_LONG)`. `bin/test` sets LONG_TESTS for
 * `npm run test:all`.
 */
export const RUNS_LONG = process.env.LONG_TESTS === '1'
