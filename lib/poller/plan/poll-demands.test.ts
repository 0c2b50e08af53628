import { expect, it } from 'vitest'
import type { PollKind } from '#lib/contract/index.ts'
import type { PollLoad } from '#lib/history/index.ts'
import { EMPTY_POLL_PLAN_STATE, planPollIntervals } from './review-intervals.ts'

/** Returns the planned seconds by kind, for a circuit whose operations take 15 s each. */
function planned(peerings: number, isNeeded = false) {
  const loads = (['summary', 'arp', 'tables'] as const).flatMap((kind: PollKind) =>
    Array.from({ length: 2 * peerings }, (_, n): PollLoad => {
      const seconds = kind === 'tables' ? 300 : 60
      return {
        sourceId: n,
        kind,
        resourceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/c',
        subscriptionId: 's',
        region: 'north',
        resource: 'c',
        configuredSeconds: seconds,
        everySeconds: seconds,
        reason: null,
        burstSeconds: null,
        run: { mean: 15, p95: 30 },
        isNeeded: isNeeded && kind === 'arp',
        budget: null,
        refusedBy: null,
      }
    }),
  )
  const settings = { countsPosts: 'learn' as const, identitiesOf: () => ['default'] }
  const { intervals } = planPollIntervals(loads, EMPTY_POLL_PLAN_STATE, settings)
  return Object.fromEntries(intervals.map(({ kind, everySeconds }) => [kind, everySeconds]))
}

it('the lock of a circuit lengthens ARP tables before sessions and tables of routes', () => {
  expect(planned(1)).toEqual({ summary: 60, arp: 240, tables: 300 })
  // before, the sessions of two peerings were read every 160 s
  expect(planned(2)).toEqual({ summary: 120, arp: 1_920, tables: 1_200 })
})

it('an ARP table that an open incident needs is lengthened last', () => {
  expect(planned(1, true).arp).toBe(60)
})
