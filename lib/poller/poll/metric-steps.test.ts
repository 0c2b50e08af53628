import { describe, expect, it } from 'vitest'
import type { PollKind } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { SourceStatus } from '#lib/history/index.ts'
import { findMetricDrops, findPollsForMetricSteps } from './metric-steps.ts'
import { computePhasedIntervalSeconds } from '../plan/schedule-positions.ts'

const NOW = Date.UTC(2026, 10, 20)

const bucket = (metric: string, minute: number, value: number | null, dimensions: Record<string, string> = {}) => ({
  metric,
  dimensions,
  at: NOW + minute * MS_PER_MINUTE,
  grainSeconds: 60,
  average: value,
  maximum: value,
})
const series = (metric: string, values: readonly (number | null)[], dimensions?: Record<string, string>) =>
  values.map((value, minute) => bucket(metric, minute, value, dimensions))
/** Returns the steps in a series whose first `recorded` values are already recorded. */
const stepsOf = (metric: string, values: readonly number[], recorded = values.length - 1) => {
  const rows = series(metric, values)
  return findMetricDrops(rows, rows.slice(recorded - 1, recorded)).map(({ at }) => (at - NOW) / MS_PER_MINUTE)
}

describe('a step', () => {
  it.each([
    ['BgpAvailability', [100, 100, 0]],
    ['ArpAvailability', [100, 90, 78]],
    ['BgpPeerStatus', [1, 0]],
    ['ExpressRouteGatewayCountOfRoutesLearnedFromPeer', [40, 40, 35]],
    ['ScalableExpressRouteGatewayCountOfRoutesLearnedFromPeer', [2, 0]],
    ['BitsOutPerSecond', [5e8, 4e8, 6e8, 1.9e8]],
    ['ExpressRouteGatewayBitsPerSecond', [5e6, 5e6, 5e6, 0]],
  ])('of %s: %j', (metric, values) => expect(stepsOf(metric, values)).toEqual([values.length]))

  it.each([
    ['a rise', 'BgpAvailability', [0, 100]],
    ['a lost probe', 'BgpAvailability', [100, 93]],
    ['what stays away', 'BgpAvailability', [0, 0]],
    ['churn of a large table', 'ExpressRouteGatewayCountOfRoutesLearnedFromPeer', [4000, 3990]],
    ['noise of traffic', 'BitsInPerSecond', [5e8, 2e8, 6e8, 1.9e8]],
    ['little traffic', 'BitsInPerSecond', [9e5, 9e5, 9e5, 0]],
    ['traffic of which too little is known', 'BitsInPerSecond', [5e8, 5e8, 0]],
    ['another metric', 'ExpressRouteGatewayCpuUtilization', [90, 0]],
  ])('is none: %s', (_, metric, values) => expect(stepsOf(metric, values)).toEqual([]))

  it('is none at first sight, and none once it is recorded', () => {
    const rows = series('BgpAvailability', [100, 0, 0])
    expect(findMetricDrops(rows, [])).toEqual([])
    expect(findMetricDrops(rows, rows.slice(2))).toEqual([])
    expect(findMetricDrops(rows, rows.slice(0, 1))).toMatchObject([{ at: NOW + 2 * MS_PER_MINUTE }])
  })

  it('shows in a revised bucket, and across one without a value', () => {
    const rows = series('BgpAvailability', [100, 40])
    expect(findMetricDrops(rows, [bucket('BgpAvailability', 1, 100)])).toHaveLength(1)
    const gap = series('BgpAvailability', [100, null, 0])
    expect(findMetricDrops(gap, gap.slice(0, 1))).toMatchObject([{ at: NOW + 3 * MS_PER_MINUTE }])
    const nothing = series('BgpAvailability', [100, null])
    expect(findMetricDrops(nothing, nothing.slice(0, 1))).toEqual([])
  })

  it('is one for each series', () => {
    const paths = ['Primary-IPv4', 'Secondary-IPv4'].map((peer) => series('BgpAvailability', [100, 0, 0], { peer }))
    const steps = findMetricDrops(
      paths.flat(),
      paths.flatMap((rows) => rows.slice(0, 1)),
    )
    expect(steps.map(({ dimensions }) => dimensions.peer)).toEqual(['Primary-IPv4', 'Secondary-IPv4'])
  })
})

describe('polls for steps', () => {
  const source = (sourceId: number, kind: PollKind, subresource: string, over: Partial<SourceStatus['poll']> = {}) =>
    ({
      sourceId,
      subresource,
      peering: subresource.split('/')[1] ? subresource.split('/')[0] : null,
      path: subresource.split('/')[1] ?? null,
      scheduled: true,
      poll: { kind, lastOutcome: 'ok', lastStartedAt: NOW - MS_PER_MINUTE, ...over },
    }) as SourceStatus
  const step = {
    metric: 'BgpAvailability',
    dimensions: { peer: 'Primary-IPv4', peeringtype: 'AzurePrivatePeering' },
    at: NOW,
    kinds: ['summary', 'stats'] as const,
  }
  const asked = (...sources: SourceStatus[]) => findPollsForMetricSteps([step], sources)

  it('are those of its path and peering, and of the whole resource', () => {
    expect(
      asked(
        source(1, 'summary', 'AzurePrivatePeering/primary'),
        source(1, 'arp', 'AzurePrivatePeering/primary'),
        source(2, 'summary', 'AzurePrivatePeering/secondary'),
        source(3, 'summary', 'MicrosoftPeering/primary'),
        source(4, 'stats', ''),
      ),
    ).toEqual([
      { sourceId: 1, kinds: ['summary'] },
      { sourceId: 4, kinds: ['stats'] },
    ])
  })

  it.each<[string, Partial<SourceStatus['poll']>]>([
    ['began after it', { lastStartedAt: NOW }],
    ['Azure refuses', { lastOutcome: 'forbidden' }],
    ['is paused', { lastOutcome: 'paused' }],
    ['was never made, and so is due', { lastStartedAt: null }],
  ])('leave out one that %s', (_, poll) =>
    expect(asked(source(1, 'summary', 'AzurePrivatePeering/primary', poll))).toEqual([]),
  )

  it('of advertised routes are those to the neighbor that it names', () => {
    const routes = { ...step, dimensions: { bgppeeraddress: '10.0.4.4' }, kinds: ['advertised'] as const }
    const sources = [source(1, 'advertised', '10.0.4.4'), source(2, 'advertised', '10.0.4.5')]
    expect(findPollsForMetricSteps([routes], sources)).toEqual([{ sourceId: 1, kinds: ['advertised'] }])
  })
})

describe('an interval by phase', () => {
  it('leads whoever is polled in it to the same moment, hardly more than an interval away, and stays there', () => {
    const due = Array.from({ length: 200 }, (_, n) => NOW + n * 1_733)
    const next = due.map((at) => {
      const seconds = computePhasedIntervalSeconds('a', at, 300)
      expect(seconds).toBeGreaterThan(1)
      expect(seconds).toBeLessThanOrEqual(301)
      return at + seconds * 1_000
    })
    const phases = new Set(next.map((at) => Math.round(at % 300_000)))
    expect(phases.size).toBe(1)
    for (const at of next) expect(computePhasedIntervalSeconds('a', at, 300)).toBeCloseTo(300)
    expect(computePhasedIntervalSeconds('b', NOW, 300)).not.toBeCloseTo(computePhasedIntervalSeconds('a', NOW, 300))
    expect(computePhasedIntervalSeconds('a', NOW, 5)).toBe(5)
  })
})
