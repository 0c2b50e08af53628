import { describe, expect, it } from 'vitest'
import type { TrafficChange, TrafficSeenState } from '../api/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { CountedBytes } from '../store/index.ts'
import { type CounterReadings, computeIncidentTraffic } from './incident-traffic.ts'

/**
 * Returns one-minute pairs with these rates to Azure in Mb/s (null = unknown); the rates from Azure are twice as high.
 */
const pairs = (from: number, ...rates: (number | null)[]): CountedBytes[] =>
  rates.map((rate, i) => {
    const bytes = rate === null ? null : BigInt(rate * 7_500_000)
    const at = (from + i) * MS_PER_MINUTE
    return { from: at, to: at + MS_PER_MINUTE, bytesIn: bytes, bytesOut: bytes === null ? null : 2n * bytes }
  })
const steady = (rate: number | null, minutes = 14) => Array.from({ length: minutes }, () => rate)
const counted = (
  before: (number | null)[],
  since: (number | null)[],
  fields: Partial<CounterReadings> = {},
): CounterReadings => ({
  paths: 2,
  isPolled: true,
  before: pairs(0, ...before),
  since: pairs(20, ...since),
  ...fields,
})
const M = 1_000_000

interface Case {
  name: string
  of: CounterReadings[]
  /** length of the time since the begin, in minutes */
  length?: number
  isSampled?: boolean
  state: TrafficSeenState
  /** traffic to Azure before the incident, in Mb/s */
  before: number | null
  since: number | null
  change: TrafficChange | null
}

describe('what counters show of an incident', () => {
  it.each<Case>([
    {
      name: 'is a rate before and one since',
      of: [counted(steady(400), steady(390))],
      state: 'read',
      before: 400,
      since: 390,
      change: 'goes_on',
    },
    {
      name: 'is the sum of all circuits: what left one may pass the other',
      of: [counted(steady(400), steady(0)), counted(steady(100), steady(500))],
      state: 'read',
      before: 500,
      since: 500,
      change: 'goes_on',
    },
    {
      name: 'is not known where one circuit is not',
      of: [counted(steady(400), steady(0)), counted(steady(100), steady(null))],
      state: 'unknown',
      before: 500,
      since: null,
      change: null,
    },
    {
      name: 'leaves out a minute in which a counter fell',
      of: [counted(steady(400), [null, ...steady(200, 13)])],
      state: 'read',
      before: 400,
      since: 200,
      change: 'fell',
    },
    {
      name: 'is not known by less than half of the time',
      of: [counted(steady(400), [...steady(null, 8), ...steady(200, 6)])],
      state: 'unknown',
      before: 400,
      since: null,
      change: null,
    },
    {
      name: 'is not known without what was before',
      of: [counted([], steady(200))],
      state: 'unknown',
      before: null,
      since: 200,
      change: null,
    },
    {
      name: 'takes five minutes to be known',
      of: [counted(steady(400), steady(0, 4))],
      length: 5,
      state: 'too_short',
      before: 400,
      since: null,
      change: null,
    },
    {
      name: 'is not read by less than half of a short time',
      of: [counted(steady(400), steady(0, 2))],
      length: 5,
      state: 'not_read',
      before: 400,
      since: null,
      change: null,
    },
    {
      name: 'is known after five minutes',
      of: [counted(steady(400), steady(0, 5))],
      length: 6,
      state: 'read',
      before: 400,
      since: 0,
      change: 'stopped',
    },
    {
      name: 'is not known where counters are not polled',
      of: [counted([], [], { isPolled: false })],
      state: 'not_polled',
      before: null,
      since: null,
      change: null,
    },
    {
      name: 'is not said to be unread where samples are no longer kept',
      of: [counted([], [])],
      isSampled: false,
      state: 'unknown',
      before: null,
      since: null,
      change: null,
    },
    {
      name: 'has not stopped while answers may come from a cache that is renewed every four minutes',
      of: [counted([0, 0, 0, 1_600, 0, 0, 0, 1_600, 0, 0, 0, 1_600], steady(0, 7))],
      length: 8,
      state: 'too_short',
      before: 400,
      since: null,
      change: null,
    },
    {
      name: 'has stopped once counters stood still for twice as long',
      of: [counted([0, 0, 0, 1_600, 0, 0, 0, 1_600, 0, 0, 0, 1_600], steady(0, 8))],
      length: 8,
      state: 'read',
      before: 400,
      since: 0,
      change: 'stopped',
    },
    {
      name: 'leaves out the first jump of a cache: it may hold what passed before',
      of: [counted([0, 0, 0, 1_600, 0, 0, 0, 1_600, 0, 0, 0, 1_600], [0, 1_600, ...steady(0, 10)])],
      length: 12,
      state: 'read',
      before: 400,
      since: 0,
      change: 'stopped',
    },
    {
      name: 'ends before with the last jump of a cache',
      of: [counted([0, 0, 0, 1_600, 0, 0, 0, 1_600, 0, 0], [0, 1_600, 0, 0, 0, 1_600, 0, 0, 0, 1_600])],
      length: 10,
      state: 'read',
      before: 400,
      since: 400,
      change: 'goes_on',
    },
  ])('$name', ({ of, length = 15, isSampled = true, state, before, since, change }) => {
    const time = { lengthMs: length * MS_PER_MINUTE, isSampled, lastedMs: length * MS_PER_MINUTE }
    const inMega = (rate: number | null) => rate && rate * M
    const expected = { before: inMega(before), since: inMega(since), change }
    expect(computeIncidentTraffic(of, time)).toMatchObject({ state, toAzure: expected })
  })

  it('is known of the direction whose counter is read', () => {
    const inOnly = pairs(20, ...steady(300)).map((pair) => ({ ...pair, bytesOut: null }))
    const traffic = computeIncidentTraffic([{ ...counted(steady(300), []), since: inOnly }], {
      lengthMs: 15 * MS_PER_MINUTE,
      isSampled: true,
      lastedMs: 15 * MS_PER_MINUTE,
    })
    expect(traffic).toEqual({
      state: 'read',
      toAzure: { before: 300 * M, since: 300 * M, change: 'goes_on' },
      fromAzure: { before: 600 * M, since: null, change: null },
    })
  })
})
