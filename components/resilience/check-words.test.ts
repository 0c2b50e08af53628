import { expect, it } from 'vitest'
import type { PostureCheck } from '#lib/resilience/api/index.ts'
import { checkStatus, compareChecks, countWords, filtered, leadWords } from './check-words.ts'

const check = (own: Partial<PostureCheck>) =>
  ({ state: 'fail', severity: 'major', kind: 'bfd', exemption: null, ...own }) as PostureCheck

it.each([
  [{ pass: 41, fail: 5, unknown: 2, exempt: 0 }, '41 of 48 pass, 5 fail, 2 unknown'],
  [{ pass: 3, fail: 0, unknown: 0, exempt: 1 }, '3 of 4 pass, 1 exempt'],
  [{ pass: 0, fail: 0, unknown: 0, exempt: 0 }, '0 of 0 pass'],
])('%o reads %s', (counts, words) => expect(countWords(counts)).toBe(words))

it('the worst comes first: failures by severity, then what is unknown', () => {
  const rows = [
    check({ state: 'pass' }),
    check({ state: 'unknown' }),
    check({ severity: 'info' }),
    check({ severity: 'major' }),
    check({ state: 'exempt' }),
  ]
  expect(rows.toSorted(compareChecks).map(({ state, severity }) => `${state} ${severity}`)).toEqual([
    'fail major',
    'fail info',
    'unknown major',
    'exempt major',
    'pass major',
  ])
})

it('a filter that names nothing leaves all', () => {
  const rows = [check({}), check({ state: 'pass', kind: 'two_metros' })]
  const none = { state: null, severity: null, kind: null }
  expect(filtered(rows, none)).toEqual(rows)
  expect(filtered(rows, { ...none, state: 'pass' })).toEqual([rows[1]])
  expect(filtered(rows, { ...none, kind: 'bfd', severity: 'info' })).toEqual([])
})

it('an exemption says until when', () => {
  const exemption = { reason: 'x', by: 'ops', at: '2026-11-20T00:00:00.000Z', until: '2027-01-31T00:00:00.000Z' }
  expect(checkStatus(check({ state: 'exempt', exemption }))).toMatchObject({
    word: 'EXEMPT',
    detail: 'until 2027-01-31',
  })
  expect(checkStatus(check({ severity: 'info' })).tone).toBe('notice')
})

it('the page leads with what fails, and where most', () => {
  const failing = (subject: string) => check({ subject })
  const counts = { pass: 1, fail: 5, unknown: 2, exempt: 0 }
  const checks = [failing('lon'), failing('lon AzurePrivatePeering'), failing('ams'), failing('par'), failing('nyc')]
  expect(leadWords({ counts, checks })).toEqual({ lead: '5 checks fail', where: 'lon (2), ams (1), par (1), 1 other' })
  expect(leadWords({ counts: { ...counts, fail: 0 }, checks: [] }).lead).toBe('No check fails, 2 not known')
  expect(leadWords({ counts: { ...counts, fail: 0, unknown: 0 }, checks: [] }).lead).toBe('All checks pass')
})
