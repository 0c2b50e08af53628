import { stripVTControlCharacters } from 'node:util'

/**
 * `skipped`: stages that can't run on this machine; `failures`: what failed, by name and with the
 * first lines of why, for the end of a long output; `unsteady`: what
 * passed at a second attempt only, by name
 * @typedef {{ passed: number, failed: number, skipped?: number, failures?: string[], unsteady?: string[] }} Tally
 */

/**
 * Counts a vitest run from its JSON report. A test that passed at a second attempt has passed, and is named. A file that could not even be loaded has no tests to fail, and counts as one failure.
 * @param {unknown} report
 * @returns {Tally}
 */
export function vitestTally(report) {
  const {
    numPassedTests = 0,
    numFailedTests = 0,
    testResults = [],
    success = false,
  } = /** @type {{ numPassedTests?: number, numFailedTests?: number, success?: boolean, testResults?: VitestFile[] }} */ (
    report
  )
  const failures = testResults.flatMap((file) => testsThat(file, failed))
  const unsteady = testResults.flatMap((file) => testsThat(file, passedAgain))
  const unloaded = testResults.filter((file) => failed(file) && !file.assertionResults.some(failed))
  return settled(
    {
      passed: numPassedTests,
      failed: numFailedTests + unloaded.length,
      failures: [
        ...failures,
        ...unloaded.map(({ name = '', message = '' }) => withReason(`${name}: could not be loaded`, [message])),
      ],
      unsteady,
    },
    success,
  )
}

/** Lines of a reason that are repeated at the end: enough for the assertion and what was there instead. */
const REASON_LINES = 12

/**
 * @param {string} name
 * @param {string[]} messages
 * @returns {string} the name, and below it how the first message begins
 */
function withReason(name, [message = '']) {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '')
  return [name, ...lines.slice(0, REASON_LINES).map((line) => `    ${line}`)].join('\n')
}

/**
 * @typedef {{ status: string, fullName?: string, failureMessages?: string[] }} VitestTest
 * @typedef {{ status: string, name?: string, message?: string, assertionResults: VitestTest[] }} VitestFile
 * @param {{ status: string }} result
 */
const failed = ({ status }) => status === 'failed'

/** @param {VitestTest} test vitest keeps what failed at the first attempt */
const passedAgain = ({ status, failureMessages = [] }) => status === 'passed' && failureMessages.length > 0

/**
 * @param {VitestFile} file
 * @param {(test: VitestTest) => boolean} isAsked
 */
const testsThat = ({ name = '', assertionResults }, isAsked) =>
  assertionResults
    .filter(isAsked)
    .map(({ fullName = '', failureMessages = [] }) => withReason(`${name}: ${fullName}`, failureMessages))

/**
 * Counts a Playwright run from its JSON report. A test that passed on a second attempt has passed, and is named.
 * @param {unknown} report
 * @returns {Tally}
 */
export function playwrightTally(report) {
  const {
    stats = {},
    errors = [],
    suites = [],
  } = /** @type {{ stats?: { expected?: number, flaky?: number, unexpected?: number }, errors?: unknown[], suites?: PlaywrightSuite[] }} */ (
    report
  )
  const { expected = 0, flaky = 0, unexpected = 0 } = stats
  return {
    passed: expected + flaky,
    failed: unexpected + (unexpected === 0 ? errors.length : 0),
    failures: suites.flatMap((suite) => specsThat(suite, ({ ok = true }) => !ok)),
    unsteady: suites.flatMap((suite) => specsThat(suite, ({ tests = [] }) => tests.some(isFlaky))),
  }
}

/**
 * @typedef {{ status?: string, results?: { error?: { message?: string } }[] }} PlaywrightTest
 * @typedef {{ title: string, file?: string, ok?: boolean, tests?: PlaywrightTest[] }} PlaywrightSpec
 * @typedef {{ specs?: PlaywrightSpec[], suites?: PlaywrightSuite[] }} PlaywrightSuite
 * @param {PlaywrightSuite} suite
 * @param {(spec: PlaywrightSpec) => boolean} isAsked
 * @returns {string[]}
 */
function specsThat({ specs = [], suites = [] }, isAsked) {
  const here = specs
    .filter(isAsked)
    .map(({ title, file = '', tests = [] }) => withReason(`${file}: ${title}`, messagesOf(tests)))
  return [...here, ...suites.flatMap((suite) => specsThat(suite, isAsked))]
}

/** @param {PlaywrightTest[]} tests of one spec */
const messagesOf = (tests) => tests.flatMap(({ results = [] }) => results.flatMap(({ error }) => error?.message ?? []))

/** @param {{ status?: string }} test */
const isFlaky = ({ status }) => status === 'flaky'

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
 * A stage that can't run on this machine is skipped, or has failed where it had to run.
 * @param {{ isFault: boolean }} why
 * @returns {Tally}
 */
export function notRun({ isFault }) {
  return isFault ? { passed: 0, failed: 1 } : { passed: 0, failed: 0, skipped: 1 }
}

/**
 * @param {Tally[]} tallies
 * @returns {Tally}
 */
export function sum(tallies) {
  const none = () => /** @type {string[]} */ ([])
  const total = { passed: 0, failed: 0, skipped: 0, failures: none(), unsteady: none() }
  for (const { passed, failed, skipped = 0, failures = [], unsteady = [] } of tallies) {
    total.passed += passed
    total.failed += failed
    total.skipped += skipped
    total.failures.push(...failures)
    total.unsteady.push(...unsteady)
  }
  return total
}

/**
 * @param {Tally} tally
 * @returns {string} `5 passed, 1 failed`, and what was skipped if anything was
 */
export function inWords({ passed, failed, skipped = 0 }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
