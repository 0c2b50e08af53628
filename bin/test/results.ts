import { stripVTControlCharacters } from 'node:util'

/** What a stage, or the whole run, came to. */
export type Tally = {
  passed: number
  failed: number
  /** Stages that can't run on this machine. */
  skipped?: number
  /** Each failed test by name, with the first lines of its reason. */
  failures?: string[]
  /** Each test that passed at its second attempt only, likewise. */
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

/** Lines of a reason that the end of the output repeats: enough for the assertion and the value it found. */
const REASON_LINES = 12

/**
 * Counts a vitest run from its JSON report. A test that passed at a second attempt has passed. A file that could not be loaded has
 * no tests, and counts as one failure.
 */
export function vitestTally(report: unknown): Tally {
  const { success = false, numPassedTests = 0, numFailedTests = 0, testResults = [] } = report as VitestReport
  const unloaded = testResults.filter((file) => isFailed(file) && !file.assertionResults.some(isFailed))
  return withRunnerFailure(
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

/** vitest keeps the messages of a first attempt that failed. */
const isFlakyTest = ({ status, failureMessages = [] }: VitestTest): boolean =>
  status === 'passed' && failureMessages.length > 0

function testsWhere({ name = '', assertionResults }: VitestFile, matches: (test: VitestTest) => boolean): string[] {
  return assertionResults
    .filter(matches)
    .map(({ fullName = '', failureMessages = [] }) => withReason(`${name}: ${fullName}`, failureMessages))
}

/** Counts a Playwright run from its JSON report. A test that passed at a second attempt has passed. */
export function playwrightTally(report: unknown): Tally {
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

/** The name, and below it the first lines of the first message. */
function withReason(name: string, [message = '']: string[]): string {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '')
  return [name, ...lines.slice(0, REASON_LINES).map((line) => `    ${line}`)].join('\n')
}

/**
 * Counts one failure when the runner failed and none of its tests did: an error outside of tests.
 * @param success whether the runner exited with 0, or its report says so
 */
export function withRunnerFailure(tally: Tally, success: boolean): Tally {
  return success || tally.failed > 0 ? tally : { ...tally, failed: 1 }
}

/** Counts a stage that can't run on this machine: skipped, or failed where it must run. */
export function notRun({ isFault }: { isFault: boolean }): Tally {
  return isFault ? { passed: 0, failed: 1 } : { passed: 0, failed: 0, skipped: 1 }
}

export function sum(tallies: readonly Tally[]): Required<Tally> {
  const total: Required<Tally> = { passed: 0, failed: 0, skipped: 0, failures: [], flaky: [] }
  for (const { passed, failed, skipped = 0, failures = [], flaky = [] } of tallies) {
    total.passed += passed
    total.failed += failed
    total.skipped += skipped
    total.failures.push(...failures)
    total.flaky.push(...flaky)
  }
  return total
}

/** `5 passed, 1 failed`, with `, 2 skipped` if anything was skipped. */
export function tallySummary({ passed, failed, skipped = 0 }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
