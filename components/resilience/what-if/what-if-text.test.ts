import { describe, expect, it } from 'vitest'
import { formatCountWithSeparators } from '../../format/quantity.ts'
import {
  formatFailover,
  formatLimitBounds,
  formatMoneyBounds,
  summarizeN1Effect,
  formatN2Progress,
} from './what-if-text.ts'

describe('bounds', () => {
  it('are one figure where they are the same', () => {
    expect(formatLimitBounds({ atLeast: 1_204, atMost: 1_204, limit: 4_000 }, formatCountWithSeparators)).toBe(
      '1,204 of 4,000',
    )
    expect(formatLimitBounds({ atLeast: 0, atMost: 3, limit: 4_000 }, formatCountWithSeparators)).toBe('0 – 3 of 4,000')
    const money = (amount: string) => ({ amount, currency: 'USD' })
    const plain = ({ amount }: { amount: string }) => amount
    expect(formatMoneyBounds({ atLeast: money('1'), atMost: money('2') }, plain)).toBe('1 to 2')
    expect(formatMoneyBounds({ atLeast: money('2'), atMost: money('2') }, plain)).toBe('2')
  })
})

const none = { strandedPrefixes: 0, internet: 0, unknown: 0, reduced: 0, moves: 0, defaultOnly: 0, sites: [] }
const sites = [
  { site: 'London', stranded: 4, internet: 0, unknown: 0, changed: 5, prefixes: [] },
  { site: null, stranded: 0, internet: 3, unknown: 2, changed: 5, prefixes: [] },
]

describe('what a loss does', () => {
  it.each([
    ['nothing but fewer paths', { reduced: 5 }, 'off', 'fewer paths', ['London', null]],
    ['other paths', { moves: 5 }, 'off', 'fails over', ['London', null]],
    ['what is not known before what changes', { moves: 5, unknown: 1 }, 'unknown', '1 route not known', [null]],
    [
      'the Internet before what is not known',
      { unknown: 2, internet: 3 },
      'degraded',
      '3 routes to the Internet',
      [null],
    ],
    ['what is cut off before all', { internet: 3, strandedPrefixes: 1 }, 'down', '1 prefix cut off', ['London']],
  ])('is %s', (_, found, tone, text, hit) => {
    expect(summarizeN1Effect({ ...none, ...found, sites })).toEqual({ tone, text, sites: hit })
  })

  it('counts what fails over, and what is left with a default route', () => {
    expect(formatFailover({ moves: 0, defaultOnly: 0 })).toBeNull()
    expect(formatFailover({ moves: 1, defaultOnly: 0 })).toBe('1 route')
    expect(formatFailover({ moves: 3, defaultOnly: 2 })).toBe('5 routes, 2 by a default route only')
  })
})

const T0 = Date.UTC(2026, 10, 20, 3)
const startedAt = new Date(T0).toISOString()

it.each([
  [{ state: 'queued', done: 0, all: null, startedAt: null }, 'waiting for a worker'],
  [{ state: 'running', done: 0, all: null, startedAt }, 'reading the tables, 20 s'],
  [{ state: 'running', done: 0, all: 1_225, startedAt }, '0 of 1,225 pairs, 20 s'],
  [{ state: 'running', done: 400, all: 1_200, startedAt }, '400 of 1,200 pairs, 20 s, about 40 s left'],
] as const)('a run says how far it is and how long it still takes: %o', (run, words) => {
  expect(formatN2Progress(run, T0 + 20_000)).toBe(words)
})
