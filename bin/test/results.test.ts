import { describe, expect, it } from 'vitest'
import {
  createSkippedTestCounts,
  countPlaywrightResults,
  sumTestCounts,
  formatTestCounts,
  countVitestResults,
} from './results.ts'

describe('counting tests', () => {
  const file = (status: string, ...tests: string[]) => ({
    name: 'lib/a.test.ts',
    status,
    assertionResults: tests.map((test, index) => ({ status: test, fullName: `test ${index + 1}` })),
  })

  it.each([
    {
      name: 'all pass',
      report: { success: true, numPassedTests: 3, numFailedTests: 0, testResults: [file('passed', 'passed')] },
      tally: { passed: 3, failed: 0, failures: [], flaky: [] },
    },
    {
      name: 'one fails',
      report: {
        success: false,
        numPassedTests: 2,
        numFailedTests: 1,
        testResults: [file('failed', 'passed', 'failed')],
      },
      tally: { passed: 2, failed: 1, failures: ['lib/a.test.ts: test 2'], flaky: [] },
    },
    {
      name: 'one passed at a second attempt',
      report: {
        success: true,
        numPassedTests: 1,
        numFailedTests: 0,
        testResults: [
          {
            name: 'lib/a.test.ts',
            status: 'passed',
            assertionResults: [{ status: 'passed', fullName: 'flaky', failureMessages: ['Error: late'] }],
          },
        ],
      },
      tally: { passed: 1, failed: 0, failures: [], flaky: ['lib/a.test.ts: flaky\n    Error: late'] },
    },
    {
      name: 'one gives a reason',
      report: {
        success: false,
        numPassedTests: 0,
        numFailedTests: 1,
        testResults: [
          {
            name: 'lib/a.test.ts',
            status: 'failed',
            assertionResults: [
              {
                status: 'failed',
                fullName: 'test',
                failureMessages: ['\u001b[31mAssertionError\u001b[39m: 1\n\n  at a.ts:1'],
              },
            ],
          },
        ],
      },
      tally: {
        passed: 0,
        failed: 1,
        failures: ['lib/a.test.ts: test\n    AssertionError: 1\n      at a.ts:1'],
        flaky: [],
      },
    },
    {
      name: 'a file can’t be loaded',
      report: { success: false, numPassedTests: 2, numFailedTests: 0, testResults: [file('failed')] },
      tally: { passed: 2, failed: 1, failures: ['lib/a.test.ts: could not be loaded'], flaky: [] },
    },
    {
      name: 'an error outside tests',
      report: { success: false, numPassedTests: 2, numFailedTests: 0, testResults: [] },
      tally: { passed: 2, failed: 1, failures: [], flaky: [] },
    },
    { name: 'the report is empty', report: {}, tally: { passed: 0, failed: 1, failures: [], flaky: [] } },
  ])('of vitest when $name', ({ report, tally }) => {
    expect(countVitestResults(report)).toEqual(tally)
  })

  it.each([
    {
      name: 'flaky ones passed',
      report: {
        stats: { expected: 4, flaky: 1, unexpected: 0, skipped: 2 },
        errors: [],
        suites: [
          {
            suites: [
              {
                specs: [
                  { title: 'flaky', file: 'a.spec.ts', ok: true, tests: [{ status: 'flaky' }] },
                  { title: 'passing', ok: true, tests: [{ status: 'expected' }] },
                ],
              },
            ],
          },
        ],
      },
      tally: { passed: 5, failed: 0, failures: [], flaky: ['a.spec.ts: flaky'] },
    },
    {
      name: 'some failed',
      report: {
        stats: { expected: 4, flaky: 0, unexpected: 2 },
        errors: [{}],
        suites: [
          {
            specs: [
              {
                title: 'first',
                file: 'a.spec.ts',
                ok: false,
                tests: [{ status: 'unexpected', results: [{ error: { message: 'Error: no button' } }, {}] }],
              },
            ],
            suites: [
              {
                specs: [
                  { title: 'inner', file: 'a.spec.ts', ok: false },
                  { title: 'passing', ok: true },
                ],
              },
            ],
          },
        ],
      },
      tally: {
        passed: 4,
        failed: 2,
        failures: ['a.spec.ts: first\n    Error: no button', 'a.spec.ts: inner'],
        flaky: [],
      },
    },
    {
      name: 'the product did not start',
      report: { stats: { expected: 0 }, errors: [{ message: 'Error: timed out' }] },
      tally: { passed: 0, failed: 1, failures: ['outside of tests\n    Error: timed out'], flaky: [] },
    },
  ])('of Playwright when $name', ({ report, tally }) => {
    expect(countPlaywrightResults(report)).toEqual(tally)
  })

  it('adds up', () => {
    expect(
      sumTestCounts([
        { passed: 1, failed: 0 },
        { passed: 2, failed: 3, failures: ['lint'] },
        { passed: 0, failed: 0, skipped: 1, flaky: ['e2e'] },
      ]),
    ).toEqual({ passed: 3, failed: 3, skipped: 1, failures: ['lint'], flaky: ['e2e'] })
    expect(sumTestCounts([])).toEqual({ passed: 0, failed: 0, skipped: 0, failures: [], flaky: [] })
  })

  it('counts a stage that can’t run as skipped, and as failed where it must run', () => {
    expect(formatTestCounts(createSkippedTestCounts({ isFault: false }))).toBe('0 passed, 0 failed, 1 skipped')
    expect(formatTestCounts(createSkippedTestCounts({ isFault: true }))).toBe('0 passed, 1 failed')
  })

  it('mentions skipped stages only if there are any', () => {
    expect(formatTestCounts({ passed: 3, failed: 1, skipped: 0 })).toBe('3 passed, 1 failed')
    expect(formatTestCounts({ passed: 3, failed: 0, skipped: 1 })).toBe('3 passed, 0 failed, 1 skipped')
  })
})
