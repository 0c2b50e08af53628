import fc from 'fast-check'
import { expect, it } from 'vitest'
import { causeOwners } from '#lib/contract/index.ts'
import type { TimeInterval } from '#lib/contract/time/time-spans.ts'
import {
  type PeriodOutage,
  splitPeriodByState,
  combineRequiredStates,
  combineRedundantStates,
  clipStateIntervals,
  clipStateIntervalsToPeriods,
  type PeriodState,
  sumStateIntervals,
} from './period-states.ts'

const moment = fc.integer({ min: -5, max: 45 })
const span = fc.tuple(moment, moment).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }))
const outage: fc.Arbitrary<PeriodOutage> = fc
  .record({
    times: fc.tuple(moment, moment, moment, moment).map((all) => all.toSorted((a, b) => a - b)),
    goesOn: fc.boolean(),
    isLate: fc.boolean(),
    owner: fc.constantFrom(...causeOwners),
  })
  .map(({ times: [a = 0, b = 0, c = 0, d = 0], goesOn, isLate, owner }) => ({
    started: { earliest: a, latest: b },
    ended: goesOn ? null : { earliest: c, latest: d },
    owner,
    provenUntil: goesOn && isLate ? c : null,
  }))
const known = fc.record({
  outages: fc.array(outage, { maxLength: 4 }),
  unseen: fc.array(span, { maxLength: 4 }),
  work: fc.array(span, { maxLength: 3 }),
})
const period = { from: 0, to: 40 }

/** Returns the state of each time, computed independently for each of them. */
function naive({ outages, unseen, work }: Parameters<typeof splitPeriodByState>[1], at: number): PeriodState {
  const isIn = (from: number, to: number) => from <= at && at < to
  const possible = outages.filter(({ started, ended }) => isIn(started.earliest, ended?.latest ?? 99))
  const certain = outages.filter(({ started, ended, provenUntil }) =>
    isIn(started.latest, ended?.earliest ?? provenUntil ?? 99),
  )
  if (possible.length + certain.length > 0 && work.some(({ from, to }) => isIn(from, to))) return 'planned'
  if (certain.length > 0) return 'down'
  if (possible.length > 0) return 'indeterminate'
  return unseen.some(({ from, to }) => isIn(from, to)) ? 'unknown' : 'up'
}

it('parts follow each other, add up to the period, and are what each instant is by itself', () => {
  fc.assert(
    fc.property(known, (facts) => {
      const parts = splitPeriodByState(period, facts)
      expect(parts[0]?.from).toBe(period.from)
      expect(parts.at(-1)?.to).toBe(period.to)
      for (const [n, part] of parts.entries()) if (n > 0) expect(part.from).toBe(parts[n - 1]?.to)
      const { up, down, indeterminateMs, unknownMs, plannedMs, downByOwner } = sumStateIntervals(parts)
      expect(up.minMs + indeterminateMs + unknownMs + plannedMs + down.minMs).toBe(period.to - period.from)
      expect(up.minMs).toBeLessThanOrEqual(up.maxMs)
      expect(down.minMs).toBeLessThanOrEqual(down.maxMs)
      expect(Object.values(downByOwner).reduce((sum, ms) => sum + ms, 0)).toBe(down.minMs)
      const states = Array.from({ length: 40 }, (_, at) => naive(facts, at))
      const count = (state: PeriodState) => states.filter((one) => one === state).length
      expect([up.minMs, indeterminateMs, unknownMs, plannedMs, down.minMs]).toEqual(
        (['up', 'indeterminate', 'unknown', 'planned', 'down'] as const).map(count),
      )
    }),
  )
})

it('several that stand in for each other are up while one is, and down while all are', () => {
  fc.assert(
    fc.property(fc.array(known, { minLength: 1, maxLength: 3 }), (all) => {
      const parts = combineRedundantStates(
        period,
        all.map((facts) => splitPeriodByState(period, facts)),
      )
      for (let at = period.from; at < period.to; at++) {
        const states = all.map((facts) => naive(facts, at))
        const whole = parts.find(({ from, to }) => from <= at && at < to)?.state
        if (states.includes('up')) expect(whole).toBe('up')
        if (whole === 'down') expect(new Set(states)).toEqual(new Set(['down']))
      }
      const { up, down, indeterminateMs, unknownMs, plannedMs } = sumStateIntervals(parts)
      expect(up.minMs + indeterminateMs + unknownMs + plannedMs + down.minMs).toBe(40)
    }),
  )
})

it('the fault of several is of the one that fell last, and nobody’s while one is up or not known', () => {
  const fell = (at: number, owner: PeriodOutage['owner']) => ({
    started: { earliest: at, latest: at },
    ended: null,
    owner,
  })
  const of = (outages: PeriodOutage[], unseen: TimeInterval[] = []) =>
    splitPeriodByState(period, { outages, unseen, work: [] })
  const [first, last] = [of([fell(5, 'provider')]), of([fell(10, 'microsoft')], [{ from: 20, to: 30 }])]
  for (const all of [
    [first, last],
    [last, first],
  ])
    expect(combineRedundantStates(period, all)).toEqual([
      { from: 0, to: 5, state: 'up', owner: null, since: null },
      { from: 5, to: 10, state: 'up', owner: null, since: null },
      { from: 10, to: 20, state: 'down', owner: 'microsoft', since: 10 },
      { from: 20, to: 30, state: 'down', owner: 'microsoft', since: 10 },
      { from: 30, to: 40, state: 'down', owner: 'microsoft', since: 10 },
    ])
  const unseen = combineRedundantStates(period, [first, of([], [{ from: 0, to: 40 }])])
  expect(unseen.at(-1)).toEqual({ from: 5, to: 40, state: 'unknown', owner: null, since: null })
})

it('planned work that began last is not responsible for the outage of another prefix', () => {
  const outage = (at: number, owner: PeriodOutage['owner']): PeriodOutage => ({
    started: { earliest: at, latest: at },
    ended: null,
    owner,
  })
  const parts = combineRequiredStates(period, [
    splitPeriodByState(period, { outages: [outage(5, 'provider')], unseen: [], work: [] }),
    splitPeriodByState(period, { outages: [outage(10, 'own_change')], unseen: [], work: [period] }),
  ])
  expect(sumStateIntervals(parts).downByOwner).toEqual({ provider: 35 })
})

it('what was planned is nobody’s fault', () => {
  const outages = [{ started: { earliest: 5, latest: 5 }, ended: null, owner: 'provider' as const }]
  const parts = splitPeriodByState(period, { outages, unseen: [], work: [period] })
  expect(sumStateIntervals(parts)).toMatchObject({ plannedMs: 35, downByOwner: {} })
})

it('an empty period has no parts', () => {
  expect(splitPeriodByState({ from: 9, to: 5 }, { outages: [], unseen: [], work: [] })).toEqual([])
  expect(splitPeriodByState({ from: 5, to: 5 }, { outages: [], unseen: [], work: [] })).toEqual([])
  expect(sumStateIntervals([])).toMatchObject({ up: { minMs: 0, maxMs: 0 }, unknownMs: 0 })
})

it('days by themselves add up to the whole, and lie within their borders', () => {
  fc.assert(
    fc.property(known, fc.integer({ min: 1, max: 15 }), (facts, length) => {
      const parts = splitPeriodByState(period, facts)
      const days = Array.from({ length: Math.ceil(40 / length) }, (_, n) => ({
        from: n * length,
        to: Math.min(40, (n + 1) * length),
      }))
      const byDay = days.map((day) => clipStateIntervals(parts, day))
      for (const [n, day] of days.entries()) {
        expect(byDay[n]?.at(0)?.from).toBe(day.from)
        expect(byDay[n]?.at(-1)?.to).toBe(day.to)
      }
      expect(clipStateIntervalsToPeriods(parts, days)).toEqual(byDay)
      const whole = sumStateIntervals(parts)
      const sums = byDay.map(sumStateIntervals)
      expect(sums.reduce((all, { up }) => all + up.minMs, 0)).toBe(whole.up.minMs)
      expect(sums.reduce((all, { down }) => all + down.maxMs, 0)).toBe(whole.down.maxMs)
      expect(sums.reduce((all, { unknownMs }) => all + unknownMs, 0)).toBe(whole.unknownMs)
    }),
  )
})
