import { expect, it } from 'vitest'
import type { PollKind } from '#lib/contract/index.ts'
import type { PollLoad } from '#lib/history/index.ts'
import { createRandomGenerator } from '#lib/platform/testing/random.ts'
import { EMPTY_POLL_PLAN_STATE, planPollIntervals } from './plan/review-intervals.ts'

const SETTINGS = { countsPosts: 'learn', identitiesOf: () => ['default'] } as const
const CIRCUITS = 10
const HOURS = 6
const REVIEW_SECONDS = 120
const KEPT = 20

interface Poll {
  load: PollLoad
  durations: number[]
  nextAt: number
}

/**
 * Returns the seconds until the end of an operation is noticed. Operations take 5 to 30 s with a median of 11 s, and
 * are checked every 10 s.
 */
const takes = (chance: number) => 10 * Math.ceil((5 + 25 * chance ** 2) / 10)

function pollOf(kind: PollKind, circuit: number, n: number): Poll {
  const configuredSeconds = kind === 'tables' ? 300 : 60
  const resource = `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/c${circuit}`
  const load: PollLoad = {
    sourceId: circuit * 4 + n,
    kind,
    resourceId: resource,
    subscriptionId: 's',
    region: 'north',
    resource,
    configuredSeconds,
    everySeconds: configuredSeconds,
    reason: null,
    burstSeconds: null,
    run: null,
    isNeeded: false,
    budget: null,
    refusedBy: null,
  }
  return { load, durations: [], nextAt: 0 }
}

it('intervals stay while operations take as long as ever, however unlike each other they are', () => {
  const random = createRandomGenerator(1)
  const polls = Array.from({ length: CIRCUITS }, (_, circuit) =>
    (['summary', 'arp', 'tables'] as const).flatMap((kind) => [0, 1, 2, 3].map((n) => pollOf(kind, circuit, n))),
  ).flat()
  let [state, changed] = [EMPTY_POLL_PLAN_STATE, 0]
  for (let now = 0; now < HOURS * 3_600; now += REVIEW_SECONDS) {
    for (const poll of polls) {
      while (poll.nextAt <= now) {
        poll.durations = [...poll.durations, takes(random())].slice(-KEPT)
        poll.nextAt += poll.load.everySeconds
      }
      const { durations, load } = poll
      const sorted = durations.toSorted((a, b) => a - b)
      const mean = durations.reduce((sum, seconds) => sum + seconds, 0) / durations.length
      load.run = durations.length < 3 ? null : { mean, p95: sorted[Math.floor(0.95 * (sorted.length - 1))] ?? 0 }
    }
    const { intervals, state: next } = planPollIntervals(
      polls.map(({ load }) => load),
      state,
      SETTINGS,
    )
    state = next
    for (const [i, { load }] of polls.entries()) {
      const everySeconds = intervals[i]?.everySeconds ?? 0
      // count only after each poll has had twenty runs
      if (now > 2 * 3_600 && everySeconds !== load.everySeconds) changed += 1
      load.everySeconds = everySeconds
    }
  }
  expect(polls.every(({ load }) => load.everySeconds > load.configuredSeconds)).toBe(true)
  // in 120 reviews of 120 polls
  expect(changed).toBeLessThan(10)
})
