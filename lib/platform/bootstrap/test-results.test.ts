import { describe, expect, it } from 'vitest'
import { inWords, notRun, playwrightTally, sum, vitestTally } from './test-results.mjs'

describe('counting tests', () => {
  const file = (status: string, ...tests: string[]) => ({
    name: 'lib/a.test.ts',
    status,
    assertionResults: tests.map((test, index) => ({ status: test, fullName: `law ${index + 1}` })),
  })

  it.each([
    {
      name: 'all pass',
      report: { success: true, numPassedTests: 3, numFailedTests: 0, testResults: [file('passed', 'passed')] },
      tally: { passed: 3, failed: 0, failures: [], unsteady: [] },
    },
    {
      name: 'one fails',
      report: {
        success: false,
        numPassedTests: 2,
        numFailedTests: 1,
        testResults: [file('failed', 'passed', 'failed')],
      },
      tally: { passed: 2, failed: 1, failures: ['lib/a.test.ts: law 2'], unsteady: [] },
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
            assertionResults: [{ status: 'passed', fullName: 'shaky', failureMessages: ['Error: late'] }],
          },
        ],
      },
      tally: { passed: 1, failed: 0, failures: [], unsteady: ['lib/a.test.ts: shaky\n    Error: late'] },
    },
    {
      name: 'one says why',
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
                fullName: 'law',
                failureMessages: ['\u001b[31mAssertionError\u001b[39m: 1\n\n  at a.ts:1'],
              },
            ],
          },
        ],
      },
      tally: {
        passed: 0,
        failed: 1,
        failures: ['lib/a.test.ts: law\n    AssertionError: 1\n      at a.ts:1'],
        unsteady: [],
      },
    },
    {
      name: 'a file can’t be loaded',
      report: { success: false, numPassedTests: 2, numFailedTests: 0, testResults: [file('failed')] },
      tally: { passed: 2, failed: 1, failures: ['lib/a.test.ts: could not be loaded'], unsteady: [] },
    },
    {
      name: 'an error outside tests',
      report: { success: false, numPassedTests: 2, numFailedTests: 0, testResults: [] },
      tally: { passed: 2, failed: 1, failures: [], unsteady: [] },
    },
    { name: 'no report worth the name', report: {}, tally: { passed: 0, failed: 1, failures: [], unsteady: [] } },
  ])('of vitest when $name', ({ report, tally }) => {
    expect(vitestTally(report)).toEqual(tally)
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
                  { title: 'shaky', file: 'a.spec.ts', ok: true, tests: [{ status: 'flaky' }] },
                  { title: 'well', ok: true, tests: [{ status: 'expected' }] },
                ],
              },
            ],
          },
        ],
      },
      tally: { passed: 5, failed: 0, failures: [], unsteady: ['a.spec.ts: shaky'] },
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
                  { title: 'well', ok: true },
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
        unsteady: [],
      },
    },
    {
      name: 'the product did not start',
      report: { stats: { expected: 0 }, errors: [{}] },
      tally: { passed: 0, failed: 1, failures: [], unsteady: [] },
    },
  ])('of Playwright when $name', ({ report, tally }) => {
    expect(playwrightTally(report)).toEqual(tally)
  })

  it('adds up', () => {
    expect(
      sum([
        { passed: 1, failed: 0 },
        { passed: 2, failed: 3, failures: ['lint'] },
        { passed: 0, failed: 0, skipped: 1, unsteady: ['e2e'] },
      ]),
    ).toEqual({ passed: 3, failed: 3, skipped: 1, failures: ['lint'], unsteady: ['e2e'] })
    expect(sum([])).toEqual({ passed: 0, failed: 0, skipped: 0, failures: [], unsteady: [] })
  })

  it('counts a stage that can not run as skipped, and as failed where it had to', () => {
    expect(inWords(notRun({ isFault: false }))).toBe('0 passed, 0 failed, 1 skipped')
    expect(inWords(notRun({ isFault: true }))).toBe('0 passed, 1 failed')
  })

  it('says what was skipped only where something was', () => {
    expect(inWords({ passed: 3, failed: 1, skipped: 0 })).toBe('3 passed, 1 failed')
    expect(inWords({ passed: 3, failed: 0, skipped: 1 })).toBe('3 passed, 0 failed, 1 skipped')
  })
})
