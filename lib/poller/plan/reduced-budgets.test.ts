import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { PollLoad } from '#lib/history/index.ts'
import { EMPTY_POLL_PLAN_STATE, planPollIntervals } from './review-intervals.ts'

const SETTINGS = { countsPosts: 'learn', identitiesOf: () => ['default'] } as const
const KEY = 'network.reads s north'
const FIGURES = { remaining: null, limit: null, windowSeconds: null, resetAt: null }

/** Returns 320 circuits whose counters are read every 32 s: 10 requests a second. */
const circuitsAt = (reportedAt: number, usedPercent: number, everySeconds = 32): PollLoad[] =>
  Array.from({ length: 320 }, (_, n) => ({
    sourceId: n,
    kind: 'stats',
    resourceId: `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/c${n}`,
    subscriptionId: 's',
    region: 'north',
    resource: null,
    configuredSeconds: 32,
    everySeconds,
    reason: null,
    burstSeconds: null,
    run: { mean: 0.2, p95: 0.3 },
    isNeeded: false,
    budget: {
      remainingReads: null,
      remainingWrites: null,
      buckets: [{ name: 'network-read', usedPercent, ...FIGURES }],
    },
    reportedAt: reportedAt - (n % 30) * MS_PER_SECOND,
    refusedBy: null,
  }))

const review = (loads: readonly PollLoad[], before = EMPTY_POLL_PLAN_STATE) =>
  planPollIntervals(loads, before, SETTINGS)

describe('the load that the network provider reports', () => {
  const first = review(circuitsAt(0, 96))

  it('above four fifths lengthens the intervals before Azure refuses a request', () => {
    expect(first.state.reduced?.[KEY]?.perSecond).toBeCloseTo(((10 / 0.9) * 0.8) / 0.96, 3)
    for (const { everySeconds, plan } of first.intervals) {
      expect(everySeconds).toBeGreaterThan(32)
      expect(plan).toMatchObject({ limitedBy: 'budget', budget: 'network.reads' })
    }
  })

  it('is counted once in a window, then again', () => {
    const soon = review(circuitsAt(2 * MS_PER_MINUTE, 96, 43), first.state)
    expect(soon.state.reduced).toEqual(first.state.reduced)
    const later = review(circuitsAt(5 * MS_PER_MINUTE, 96, 43), first.state)
    expect(later.state.reduced?.[KEY]?.perSecond).toBeLessThan(first.state.reduced?.[KEY]?.perSecond ?? 0)
  })

  it('below three fifths lets the intervals become as configured again', () => {
    let { state } = first
    let intervals = first.intervals
    for (let n = 1; n < 30; n += 1) {
      const next = review(circuitsAt(n * 5 * MS_PER_MINUTE, 20, intervals[0]?.everySeconds), state)
      state = next.state
      intervals = next.intervals
    }
    expect(state.reduced).toBeUndefined()
    expect(new Set(intervals.map(({ everySeconds }) => everySeconds))).toEqual(new Set([32]))
  })

  it('between both changes nothing, nor does a report that is older than a window', () => {
    expect(review(circuitsAt(0, 70)).state.reduced).toBeUndefined()
    const [old, ...fresh] = circuitsAt(10 * MS_PER_MINUTE, 20)
    const [loaded] = circuitsAt(0, 99)
    expect(old).toBeDefined()
    expect(review([...(loaded ? [loaded] : []), ...fresh]).state.reduced).toBeUndefined()
  })

  it('is full if Azure refused a request', () => {
    const refused = circuitsAt(0, 10).map(
      (load, n): PollLoad => (n === 0 ? { ...load, refusedBy: 'network.reads' } : load),
    )
    expect(review(refused).state.reduced?.[KEY]?.perSecond).toBeCloseTo((10 / 0.9) * 0.8, 3)
  })
})
