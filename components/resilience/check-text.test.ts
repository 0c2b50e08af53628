import { expect, it } from 'vitest'
import type { N1Case, ResilienceCheck } from '#lib/resilience/api/index.ts'
import {
  getDesignCheckStatus,
  compareDesignChecks,
  formatDesignCheckCount,
  filterDesignChecks,
  formatWorstFailure,
  listScoresWithOpenChecks,
} from './check-text.ts'

const check = (own: Partial<ResilienceCheck>) =>
  ({ state: 'fail', severity: 'major', kind: 'bfd', exemption: null, ...own }) as ResilienceCheck

it.each([
  [
    '1 fail, 1 warning, 2 hints, 1 unknown, 1 exempt; 1 of 7 pass',
    ['major', 'warning', 'info', 'info', 'unknown', 'exempt', 'pass'],
  ],
  ['0 of 0 pass', []],
])('a list is counted by weight: %s', (words, all) =>
  expect(
    formatDesignCheckCount(
      all.map((one) =>
        one === 'unknown' || one === 'exempt' || one === 'pass'
          ? check({ state: one })
          : check({ severity: one as ResilienceCheck['severity'] }),
      ),
    ),
  ).toBe(words),
)

it('the worst comes first: failures by severity, then what is unknown', () => {
  const rows = [
    check({ state: 'pass' }),
    check({ state: 'unknown' }),
    check({ severity: 'info' }),
    check({ severity: 'major' }),
    check({ state: 'exempt' }),
  ]
  expect(rows.toSorted(compareDesignChecks).map(({ state, severity }) => `${state} ${severity}`)).toEqual([
    'fail major',
    'fail info',
    'unknown major',
    'exempt major',
    'pass major',
  ])
})

it('a filter that names nothing leaves what is open', () => {
  const rows = [check({}), check({ state: 'pass', kind: 'two_metros' }), check({ state: 'unknown' })]
  const none = { state: null, kind: null }
  expect(filterDesignChecks(rows, none)).toEqual([rows[0], rows[2]])
  expect(filterDesignChecks(rows, { ...none, state: 'pass' })).toEqual([rows[1]])
  expect(filterDesignChecks(rows, { state: 'all', kind: 'two_metros' })).toEqual([rows[1]])
  expect(filterDesignChecks(rows, { ...none, kind: 'two_metros' })).toEqual([])
})

it('an exemption says until when', () => {
  const exemption = { reason: 'x', by: 'ops', at: '2026-11-20T00:00:00.000Z', until: '2027-01-31T00:00:00.000Z' }
  expect(getDesignCheckStatus(check({ state: 'exempt', exemption }))).toMatchObject({
    word: 'EXEMPT',
    detail: 'until 2027-01-31',
  })
  expect(getDesignCheckStatus(check({ severity: 'info' }))).toEqual({ tone: 'notice', word: 'HINT' })
})

it.each([
  [{ strandedPrefixes: 2, internet: 5 }, 'If lon fails, 2 prefixes are cut off'],
  [{ strandedPrefixes: 0, internet: 1, unknown: 2 }, 'If lon fails, 1 route leads to the Internet'],
  [{ strandedPrefixes: 0, internet: 0, unknown: 2 }, 'No single failure is known to cut anything off'],
  [{ strandedPrefixes: 0, internet: 0, unknown: 0 }, 'No single failure cuts anything off'],
])('the page leads with what the worst failure does: %o', (own, words) =>
  expect(formatWorstFailure([{ name: 'lon', ...own } as N1Case], true)).toBe(words),
)

it('no case is not the same as none computed', () => {
  expect(formatWorstFailure([], true)).toBe('No single failure cuts anything off')
  expect(formatWorstFailure([], false)).toBe('Single failures are not computed yet')
})

it('a resource scores what passes of it, the worst first, and what is exempt counts for nothing', () => {
  const of = (scope: string, own: Partial<ResilienceCheck>) =>
    check({ scope, subject: `${scope} AzurePrivatePeering`, ...own })
  const rows = [
    of('ams', { severity: 'info' }),
    of('ams', { state: 'pass' }),
    of('ams', { state: 'exempt' }),
    of('lon', { state: 'unknown' }),
    of('lon', {}),
    of('par', { state: 'pass' }),
  ]
  expect(listScoresWithOpenChecks(rows)).toEqual([
    { id: 'lon', name: 'lon', passing: 0, all: 2, open: [rows[4], rows[3]] },
    { id: 'ams', name: 'ams', passing: 1, all: 2, open: [rows[0]] },
  ])
})
