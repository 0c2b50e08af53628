/**
 * Whether the run includes long tests, which repeat another test in a further variant: `it.runIf(SHOULD_RUN_LONG_TESTS)`.
 * `bin/test` sets LONG_TESTS for `npm run test:all`.
 */
export const SHOULD_RUN_LONG_TESTS = process.env.LONG_TESTS === '1'
