import { stripVTControlCharacters } from 'node:util'

/** How many tests passed, failed and were skipped in a stage or in the whole run. */
export type TestCounts = {
  passed: number
  failed: number
  /** number of stages that cannot run on this machine */
  skipped?: number
  /** name of each failed test, with the first lines of the reason */
  failures?: string[]
  /**
   * name of each test that passed only at the second attempt, with the first lines of the reason why the first attempt
   * failed
   */
  flaky?: string[]
}

type VitestTest = { status: string; fullName?: string; failureMessages?: string[] }
type VitestFile = { status: string; name?: string; message?: string; assertionResults: VitestTest[] }
type VitestReport = {
  success?: boolean
  numPassedTests?: number
  numFailedTests?: number
  testResults?: VitestFile[]
}

type PlaywrightTest = { status?: string; results?: { error?: { message?: string } }[] }
type PlaywrightSpec = { title: string; file?: string; ok?: boolean; tests?: PlaywrightTest[] }
type PlaywrightSuite = { specs?: PlaywrightSpec[]; suites?: PlaywrightSuite[] }
type PlaywrightReport = {
  stats?: { expected?: number; flaky?: number; unexpected?: number }
  errors?: { message?: string }[]
  suites?: PlaywrightSuite[]
}

/** Number of lines that are shown of a reason. They usually include the assertion and the actual value. */
const REASON_LINES = 12

/**
 * Counts the tests of a vitest run from its JSON report. A test that passed at the second attempt counts as passed. A
 * test file that could not be loaded counts as one failure.
 */
export function countVitestResults(report: unknown): TestCounts {
  const { success = false, numPassedTests = 0, numFailedTests = 0, testResults = [] } = report as VitestReport
  const unloaded = testResults.filter((file) => isFailed(file) && !file.assertionResults.some(isFailed))
  return addRunnerFailure(
    {
      passed: numPassedTests,
      failed: numFailedTests + unloaded.length,
      failures: [
        ...testResults.flatMap((file) => testsWhere(file, isFailed)),
        ...unloaded.map(({ name = '', message = '' }) => withReason(`${name}: could not be loaded`, [message])),
      ],
      flaky: testResults.flatMap((file) => testsWhere(file, isFlakyTest)),
    },
    success,
  )
}

const isFailed = ({ status }: { status: string }): boolean => status === 'failed'

/**
 * Reports whether a test passed only at the second attempt. Vitest then has the messages of the first attempt in its
 * report.
 */
const isFlakyTest = ({ status, failureMessages = [] }: VitestTest): boolean =>
  status === 'passed' && failureMessages.length > 0

function testsWhere({ name = '', assertionResults }: VitestFile, matches: (test: VitestTest) => boolean): string[] {
  return assertionResults
    .filter(matches)
    .map(({ fullName = '', failureMessages = [] }) => withReason(`${name}: ${fullName}`, failureMessages))
}

/**
 * Counts the tests of a Playwright run from its JSON report. A test that passed at the second attempt counts as passed.
 */
export function countPlaywrightResults(report: unknown): TestCounts {
  const { stats = {}, errors = [], suites = [] } = report as PlaywrightReport
  const { expected = 0, flaky = 0, unexpected = 0 } = stats
  const isOutsideTests = unexpected === 0 && errors.length > 0
  return {
    passed: expected + flaky,
    failed: isOutsideTests ? errors.length : unexpected,
    failures: [
      ...suites.flatMap((suite) => specsWhere(suite, ({ ok = true }) => !ok)),
      ...(isOutsideTests ? errors.map(({ message = '' }) => withReason('outside of tests', [message])) : []),
    ],
    flaky: suites.flatMap((suite) =>
      specsWhere(suite, ({ tests = [] }) => tests.some(({ status }) => status === 'flaky')),
    ),
  }
}

function specsWhere(
  { specs = [], suites = [] }: PlaywrightSuite,
  matches: (spec: PlaywrightSpec) => boolean,
): string[] {
  const own = specs
    .filter(matches)
    .map(({ title, file = '', tests = [] }) => withReason(`${file}: ${title}`, messagesOf(tests)))
  return [...own, ...suites.flatMap((suite) => specsWhere(suite, matches))]
}

const messagesOf = (tests: PlaywrightTest[]): string[] =>
  tests.flatMap(({ results = [] }) => results.flatMap(({ error }) => error?.message ?? []))

/** Returns the name of a test, followed by the first lines of its first message. */
function withReason(name: string, [message = '']: string[]): string {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '')
  return [name, ...lines.slice(0, REASON_LINES).map((line) => `    ${line}`)].join('\n')
}

/**
 * Adds one failure if a test runner failed although no test did, for example because of an error outside of tests.
 * @param success whether the runner succeeded
 */
export function addRunnerFailure(tally: TestCounts, success: boolean): TestCounts {
  return success || tally.failed > 0 ? tally : { ...tally, failed: 1 }
}

/**
 * Returns the result of a stage that cannot run on this machine. The stage counts as failed if it should run here
 * (`isFault`), otherwise as skipped.
 */
export function createSkippedTestCounts({ isFault }: { isFault: boolean }): TestCounts {
  return isFault ? { passed: 0, failed: 1 } : { passed: 0, failed: 0, skipped: 1 }
}

export function sumTestCounts(tallies: readonly TestCounts[]): Required<TestCounts> {
  const total: Required<TestCounts> = { passed: 0, failed: 0, skipped: 0, failures: [], flaky: [] }
  for (const { passed, failed, skipped = 0, failures = [], flaky = [] } of tallies) {
    total.passed += passed
    total.failed += failed
    total.skipped += skipped
    total.failures.push(...failures)
    total.flaky.push(...flaky)
  }
  return total
}

/**
 * Formats a result, for example `5 passed, 1 failed, 2 skipped`. The number of skipped stages is left out if it is 0.
 */
export function formatTestCounts({ passed, failed, skipped = 0 }: TestCounts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
