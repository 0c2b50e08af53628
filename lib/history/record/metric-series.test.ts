import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MetricRow } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type MetricSeries, compareMetrics } from './metric-series.ts'

const T = Date.UTC(2026, 10, 20, 3)
const WINDOW_MINUTES = 20

const row = (minute: number, average: number | null, options: Partial<MetricRow> = {}): MetricRow => ({
  metric: 'BgpAvailability',
  unit: 'Percent',
  dimensions: { peer: 'Primary-IPv4' },
  at: T + minute * MS_PER_MINUTE,
  grainSeconds: 60,
  average,
  maximum: null,
  minimum: null,
  total: null,
  ...options,
})

/**
 * Returns the minutes that a poll at a given minute reads, with the values they have by then; null = not available yet.
 */
const readAt = (
  minute: number,
  valueOf: (minute: number, age: number) => number | null,
  options?: Partial<MetricRow>,
) =>
  Array.from({ length: WINDOW_MINUTES }, (_, n) => minute - WINDOW_MINUTES + n).flatMap((one) => {
    const value = valueOf(one, minute - one - 1)
    return value === null ? [] : [row(one, value, options)]
  })

/** Runs polls at the given minutes, and returns the evaluated minutes of each. */
function play(polls: readonly { at: number; rows: readonly MetricRow[] }[]) {
  let series: readonly MetricSeries[] = []
  let before: number | null = null
  return polls.map(({ at, rows }) => {
    const step = compareMetrics(series, rows, { startedAt: T + at * MS_PER_MINUTE, readAt: before })
    series = step.after
    before = T + at * MS_PER_MINUTE
    return {
      evaluated: step.evaluated,
      ages: step.evaluated.map((one) => at - (one.at - T) / MS_PER_MINUTE - 1),
      newest: step.newest.map((bucket) => (bucket.row.at - T) / MS_PER_MINUTE),
      stored: step.buckets.length,
    }
  })
}

const pollsAt = (
  minutes: readonly number[],
  valueOf: (minute: number, age: number) => number | null,
  options?: Partial<MetricRow>,
) => minutes.map((at) => ({ at, rows: readAt(at, valueOf, options) }))

const youngest = (ages: readonly number[]) => Math.min(...ages)
const everyFive = Array.from({ length: 12 }, (_, n) => 40 + 5 * n)
const everyOne = Array.from({ length: 40 }, (_, n) => 40 + n)

describe('the minutes of a metric that are evaluated', () => {
  it('are three minutes old at least, and all are stored', () => {
    const [poll] = play(pollsAt([40], () => 100))
    expect(youngest(poll?.ages ?? [])).toBe(3)
    expect(poll?.newest).toEqual([36])
    expect(poll?.stored).toBe(WINDOW_MINUTES)
  })

  it('are older where newer minutes were wrong at an earlier reading', () => {
    const polls = play(pollsAt(everyFive, (_, age) => (age < 5 ? 0 : 100)))
    expect(polls.slice(1).map(({ ages }) => youngest(ages))).toEqual(polls.slice(1).map(() => 5))
  })

  it('end with the bucket: five minutes that are not over are not evaluated', () => {
    const rows = [0, 5, 10, 15].map((minute) => row(minute, 7, { grainSeconds: 300 }))
    const [poll] = play([{ at: 17, rows }])
    expect(poll?.evaluated.map(({ at }) => (at - T) / MS_PER_MINUTE)).toEqual([0, 5])
  })

  it('are of each metric by itself', () => {
    const late = pollsAt(everyFive, (_, age) => (age < 6 ? 0 : 100))
    const polls = play(
      late.map(({ at, rows }) => ({ at, rows: [...rows, ...readAt(at, () => 5, { metric: 'ArpAvailability' })] })),
    )
    const last = polls.at(-1)
    const ageOf = (metric: string) =>
      youngest((last?.evaluated ?? []).flatMap((one, n) => (one.metric === metric ? (last?.ages[n] ?? []) : [])))
    expect([ageOf('BgpAvailability'), ageOf('ArpAvailability')]).toEqual([6, 3])
  })

  it('are of all series of a metric together, because they are added up', () => {
    const polls = play(
      everyFive.map((at) => ({
        at,
        rows: [
          ...readAt(at, () => 5),
          ...readAt(at, (_, age) => (age < 7 ? null : 5), { dimensions: { peer: 'Secondary-IPv4' } }),
        ],
      })),
    )
    expect(youngest(polls.at(-1)?.ages ?? [])).toBe(7)
  })

  it('are all of a metric that was never revised, however late its newest minute is', () => {
    const polls = play(pollsAt(everyFive, (_, age) => (age < 9 ? null : 100)))
    expect(youngest(polls.at(-1)?.ages ?? [])).toBe(9)
    expect(polls.map(({ newest }) => newest)).toEqual(everyFive.map((at) => [at - 10]))
  })

  it('wait for a quarter of an hour at most', () => {
    const polls = play(pollsAt(everyOne, (minute, age) => minute * 100 + age))
    expect(youngest(polls.at(-1)?.ages ?? [])).toBe(15)
  })

  it('never have the value that they had too early, whatever a metric needs', () => {
    const needs = fc.integer({ min: 0, max: 14 })
    fc.assert(
      fc.property(needs, fc.integer({ min: 1, max: 5 }), fc.constantFrom(0, 37, null), (need, every, early) => {
        const minutes = Array.from({ length: 10 }, (_, n) => 60 + every * n)
        const polls = play(pollsAt(minutes, (_, age) => (age < need ? early : 100)))
        for (const { evaluated } of polls.slice(2)) expect(evaluated.every(({ average }) => average === 100)).toBe(true)
      }),
    )
  })

  it('come to be evaluated all, each at least once, in order of their time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 80, maxLength: 80 }), (delays) => {
        const minutes = Array.from({ length: 15 }, (_, n) => 25 + 5 * n)
        const polls = play(pollsAt(minutes, (minute, age) => (age < (delays[minute] ?? 0) ? 0 : 100)))
        const seen = new Set(polls.flatMap(({ evaluated }) => evaluated.map(({ at }) => (at - T) / MS_PER_MINUTE)))
        for (let minute = 20; minute < 80; minute++) expect(seen.has(minute)).toBe(true)
      }),
    )
  })
})
