import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  burnRateAlertRules,
  computeBurnThreshold,
  BURN_WINDOW_SECONDS,
  SLO_BUCKET_SECONDS,
  SLO_WINDOW_SECONDS,
  type SloCounts,
  sloKeys,
  sloDefinitions,
  computeSloState,
} from './slo.ts'

const NOW = Date.UTC(2026, 5, 29)
const none: SloCounts = { good: 0, total: 0 }
const recentOf = (share: (windowSeconds: number) => number) =>
  BURN_WINDOW_SECONDS.map((seconds) => ({ total: 100_000, good: Math.round(100_000 * (1 - share(seconds))) }))
const steady = { good: 0, total: 0, since: NOW - 1_000, buckets: 1, recent: BURN_WINDOW_SECONDS.map(() => none) }

describe('the state of an objective', () => {
  it('is unknown where nothing, or too little, was counted', () => {
    const unknown = { achieved: null, budgetLeft: null, alert: null }
    expect(computeSloState('recording_lag', { ...steady, since: null, buckets: 0 }, NOW)).toMatchObject({
      ...unknown,
      measured: null,
    })
    // One failure among a few notifications is not a rate.
    expect(computeSloState('notifications_in_time', { ...steady, good: 18, total: 19 }, NOW)).toMatchObject(unknown)
    expect(computeSloState('notifications_in_time', { ...steady, good: 19, total: 20 }, NOW).achieved).toBe(0.95)
  })

  it.each<[string, SloCounts, number]>([
    ['nothing bad', { good: 100_000, total: 100_000 }, 1],
    ['half of the budget', { good: 99_950, total: 100_000 }, 0.5],
    ['all of it', { good: 99_900, total: 100_000 }, 0],
    ['overspent', { good: 99_700, total: 100_000 }, -2],
  ])('has budget left: %s', (_name, counts, left) => {
    expect(computeSloState('recording_lag', { ...steady, ...counts }, NOW).budgetLeft).toBeCloseTo(left, 9)
  })

  it('alerts as the workbook has it: both windows burn', () => {
    const alertOf = (share: (seconds: number) => number) =>
      computeSloState('polls_in_time', { ...steady, recent: recentOf(share) }, NOW).alert
    const budget = 1 - sloDefinitions.polls_in_time.objective
    expect(burnRateAlertRules.map(computeBurnThreshold).map((rate) => Math.round(rate * 100) / 100)).toEqual([
      13.44, 5.6, 0.93,
    ])
    expect(alertOf(() => budget * 0.9)).toBeNull()
    expect(alertOf(() => budget * 14)).toBe('page')
    // The budget burned earlier and has stopped burning.
    expect(alertOf((seconds) => (seconds <= 1_800 ? 0 : budget * 14))).toBe('ticket')
    // The budget has only started to burn, so the long windows do not show it yet.
    expect(alertOf((seconds) => (seconds <= 1_800 ? budget * 14 : 0))).toBeNull()
    expect(alertOf(() => budget * 1)).toBe('ticket')
  })

  it('says how much of the time was sampled, of what is sampled', () => {
    const since = NOW - 10 * SLO_BUCKET_SECONDS * 1_000 + 1
    expect(computeSloState('polls_in_time', { ...steady, since, buckets: 4 }, NOW).measured).toBe(0.4)
    expect(computeSloState('stream_lag', { ...steady, since, buckets: 4 }, NOW).measured).toBeNull()
  })

  it('budget and burn rate are one sum, for any counts', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...sloKeys),
        fc.nat(1_000_000).chain((total) => fc.tuple(fc.constant(total), fc.nat(total))),
        (key, [total, good]) => {
          const recent = BURN_WINDOW_SECONDS.map(() => ({ good, total }))
          const { achieved, budgetLeft, burn } = computeSloState(key, { ...steady, good, total, recent }, NOW)
          const isKnown = total >= sloDefinitions[key].least
          expect([achieved, budgetLeft, burn[0]?.rate].map((value) => value !== null)).toEqual([
            isKnown,
            isKnown,
            isKnown,
          ])
          // A burn rate of 1 during the whole window uses the whole budget.
          for (const { rate } of burn) if (isKnown) expect(1 - (rate ?? 0)).toBeCloseTo(budgetLeft ?? 0, 6)
          // At the objective itself, rounding decides.
          if (achieved !== null && Math.abs(achieved - sloDefinitions[key].objective) > 1e-9) {
            expect((budgetLeft ?? 0) > 0).toBe(achieved > sloDefinitions[key].objective)
          }
        },
      ),
    )
  })
})

it('windows are whole buckets, the longest is shorter than that of the objectives', () => {
  for (const seconds of BURN_WINDOW_SECONDS) expect(seconds % SLO_BUCKET_SECONDS).toBe(0)
  expect(Math.max(...BURN_WINDOW_SECONDS)).toBeLessThan(SLO_WINDOW_SECONDS)
})

it('the alert rules for Prometheus have the same windows and thresholds', () => {
  const rules = readFileSync(
    path.resolve(import.meta.dirname, '../../integrations/prometheus/peerwatch.rules.yml'),
    'utf8',
  )
  const written = [...rules.matchAll(/peerwatch_slo_burn_rate\{window="(\w+)"\} > ([\d.]+)/g)].map(
    ([, window, rate]) => `${window} ${rate}`,
  )
  const named = (seconds: number) =>
    seconds % 86_400 === 0 ? `${seconds / 86_400}d` : seconds % 3_600 === 0 ? `${seconds / 3_600}h` : `${seconds / 60}m`
  const expected = burnRateAlertRules.flatMap((alert) =>
    [alert.longSeconds, alert.shortSeconds].map(
      (seconds) => `${named(seconds)} ${Number(computeBurnThreshold(alert).toFixed(2))}`,
    ),
  )
  expect(written).toEqual(expected)
})
