/** @typedef {{ passed: number, failed: number }} Tally */

/**
 * Counts a vitest run from its JSON report. A file that could not even be loaded has no tests to fail, and counts as one failure.
 * @param {unknown} report
 * @returns {Tally}
 */
export function vitestTally(report) {
  const {
    numPassedTests = 0,
    numFailedTests = 0,
    testResults = [],
    success = false,
  } = /** @type {{ numPassedTests?: number, numFailedTests?: number, success?: boolean, testResults?: { status: string, assertionResults: { status: string }[] }[] }} */ (
    report
  )
  const unloaded = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length
  return settled({ passed: numPassedTests, failed: numFailedTests + unloaded }, success)
}

/**
 * Counts a Playwright run from its JSON report. A test that passed on a second attempt has passed.
 * @param {unknown} report
 * @returns {Tally}
 */
export function playwrightTally(report) {
  const { stats = {}, errors = [] } =
    /** @type {{ stats?: { expected?: number, flaky?: number, unexpected?: number }, errors?: unknown[] }} */ (report)
  const { expected = 0, flaky = 0, unexpected = 0 } = stats
  return { passed: expected + flaky, failed: unexpected + (unexpected === 0 ? errors.length : 0) }
}

/**
 * A runner that is not content, though no test of its failed (an error outside tests), has one failure.
 * @param {Tally} tally
 * @param {boolean} success
 * @returns {Tally}
 */
function settled(tally, success) {
  return success || tally.failed > 0 ? tally : { ...tally, failed: 1 }
}

/**
 * @param {Tally[]} tallies
 * @returns {Tally}
 */
export function sum(tallies) {
  return tallies.reduce((all, one) => ({ passed: all.passed + one.passed, failed: all.failed + one.failed }), {
    passed: 0,
    failed: 0,
  })
}
