import { describe, expect, it } from 'vitest'
import type { RemainingArmRequests, PollObservation, PollKind } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { PollLoad } from '#lib/history/index.ts'
import { createRandomGenerator } from '#lib/platform/testing/random.ts'
import {
  computeBudgetCapacities,
  type PostCountingSetting,
  computePollDemands,
  learnBudgetLimits,
} from './plan/poll-demands.ts'
import { EMPTY_POLL_PLAN_STATE, planPollIntervals } from './plan/review-intervals.ts'
import { decideAfterThrottled } from './throttle/throttle-decision.ts'

const WINDOW = 5 * MS_PER_MINUTE
const ALLOWED = 1_000

const load = (kind: PollKind, circuit: number, n: number, more: Partial<PollLoad> = {}): PollLoad => ({
  sourceId: circuit * 2 + n,
  kind,
  resourceId: `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/c${circuit}`,
  subscriptionId: 's',
  region: 'north',
  resource: `c${circuit}`,
  configuredSeconds: kind === 'tables' ? 300 : 60,
  everySeconds: kind === 'tables' ? 300 : 60,
  reason: null,
  burstSeconds: null,
  run: { mean: 8, p95: 9 },
  isNeeded: false,
  budget: null,
  refusedBy: null,
  ...more,
})

interface Poll {
  load: PollLoad
  everyMs: number
  nextAt: number
}

/** Polls by the time slot at which they are due. */
class Due {
  readonly #at = new Map<number, Set<Poll>>()
  set(poll: Poll, at: number): void {
    this.#at.get(slot(poll.nextAt))?.delete(poll)
    poll.nextAt = at
    this.#at.set(slot(at), (this.#at.get(slot(at)) ?? new Set()).add(poll))
  }
  take(now: number): Poll[] {
    const due = [...(this.#at.get(slot(now)) ?? [])]
    this.#at.delete(slot(now))
    return due
  }
}
const STEP = 200
const slot = (at: number) => Math.ceil(at / STEP)

/**
 * Simulates a day of circuits in a region whose provider counts POSTs. It uses the schedule's rules in virtual time,
 * with the real plan and the real reaction to a refusal. Other polls learn of a refusal after 200 ms, and the plan
 * after 5 s. Every minute ten additional tables are requested, unless something is throttled.
 */
function dayOf(circuits: number, setting: PostCountingSetting) {
  const settings = { countsPosts: setting, identitiesOf: () => ['default'] }
  const random = createRandomGenerator(1)
  const due = new Due()
  let state = EMPTY_POLL_PLAN_STATE
  const polls = Array.from({ length: circuits }, (_, c) =>
    (['summary', 'arp', 'tables'] as const).flatMap((kind) =>
      [0, 1].map((n): Poll => {
        const own = load(kind, c, n)
        return { load: own, everyMs: own.everySeconds * MS_PER_SECOND, nextAt: 0 }
      }),
    ),
  ).flat()
  for (const poll of polls) due.set(poll, random() * poll.everyMs)

  /** Recomputes the plan in the same way as `updatePollIntervals`. */
  const replan = (now: number) => {
    const { intervals, state: next } = planPollIntervals(
      polls.map((poll) => poll.load),
      state,
      settings,
    )
    state = next
    for (const [i, poll] of polls.entries()) {
      const everyMs = (intervals[i]?.everySeconds ?? 0) * MS_PER_SECOND
      if (everyMs > poll.everyMs) due.set(poll, now + random() * (poll.nextAt - now + everyMs - poll.everyMs))
      if (everyMs < poll.everyMs && poll.nextAt > now + everyMs) due.set(poll, now + random() * everyMs)
      poll.everyMs = everyMs
    }
  }

  const posts = { window: -1, counted: 0, refused: 0 }
  /** @returns seconds until the window ends; null = the POST was accepted */
  const post = (at: number): number | null => {
    const window = Math.floor(at / WINDOW)
    if (window !== posts.window) Object.assign(posts, { window, counted: 0 })
    if (posts.counted >= ALLOWED) {
      posts.refused += 1
      return Math.ceil(((window + 1) * WINDOW - at) / MS_PER_SECOND)
    }
    posts.counted += 1
    return null
  }

  const later = new Map<number, (() => void)[]>()
  const after = (at: number, run: () => void) => later.set(slot(at), [...(later.get(slot(at)) ?? []), run])
  let throttledUntil = 0
  replan(0)
  for (let now = 0; now < MS_PER_DAY; now += STEP) {
    for (const run of later.get(slot(now)) ?? []) run()
    if (now % (6 * MS_PER_SECOND) === 0 && now >= throttledUntil) post(now)
    if (now % (30 * MS_PER_MINUTE) === 0) replan(now)
    for (const poll of due.take(now)) {
      const retryAfterSeconds = post(now)
      const nextAt = Math.max(now + STEP, poll.nextAt + poll.everyMs)
      poll.load = { ...poll.load, refusedBy: retryAfterSeconds === null ? null : 'network.writes' }
      if (retryAfterSeconds === null) {
        due.set(poll, nextAt)
        continue
      }
      const refusal = { finishedAt: now, error: { retryAfterSeconds, budget: 'network.writes' } } as PollObservation
      const { notBefore, spare } = decideAfterThrottled(
        { inARow: 0, others: 0, othersSince: 0, readsLeft: null },
        refusal,
      )
      due.set(poll, Math.max(nextAt, notBefore ?? 0))
      after(now + STEP, () => {
        throttledUntil = spare?.until ?? 0
        for (const other of polls) {
          if (!spare?.kinds.includes(other.load.kind)) continue
          due.set(other, Math.max(other.nextAt, spare.until + random() * other.everyMs))
        }
      })
      after(now + 5 * MS_PER_SECOND, () => replan(now + 5 * MS_PER_SECOND))
    }
  }
  const everySeconds = (kind: PollKind) => [
    ...new Set(polls.flatMap((poll) => (poll.load.kind === kind ? poll.everyMs / MS_PER_SECOND : []))),
  ]
  return { ...posts, everySeconds, state }
}

describe('a provider that counts POSTs', () => {
  it('refuses a handful in a day, and is planned for from then on', () => {
    const { refused, everySeconds, state } = dayOf(100, 'learn')
    expect(refused).toBeGreaterThan(0)
    expect(refused).toBeLessThanOrEqual(5)
    expect(state.countsPosts).toBe(true)
    // the configured intervals of 100 circuits need 440 POSTs per minute, and 200 are allowed
    expect(everySeconds('summary')).toEqual([80])
    expect(everySeconds('tables')).toEqual([1_200])
  })

  it('refuses none where it is said to count them', () => {
    expect(dayOf(100, 'yes')).toMatchObject({ refused: 0 })
  })

  it('lengthens nothing where as many as are asked fit', () => {
    const { refused, everySeconds } = dayOf(30, 'yes')
    expect({ refused, summary: everySeconds('summary'), tables: everySeconds('tables') }).toEqual({
      refused: 0,
      summary: [60],
      tables: [300],
    })
  })
})

describe('what is learned', () => {
  const counts = (before: boolean, more: Partial<PollLoad>, setting: PostCountingSetting = 'learn') =>
    learnBudgetLimits([load('peers', 1, 0, more)], { countsPosts: before, hourly: [] }, setting).countsPosts
  const left = (rest: Partial<RemainingArmRequests>) => ({
    budget: { remainingReads: null, remainingWrites: null, ...rest },
  })

  it('is that POSTs count: by a refusal, or by headers that say that few are left, and for good', () => {
    expect(counts(false, {})).toBe(false)
    expect(counts(false, { refusedBy: 'network.writes' })).toBe(true)
    expect(counts(false, { refusedBy: 'arm.writes' })).toBe(false)
    expect(counts(false, left({ remainingNetworkWrites: 399 }))).toBe(true)
    expect(counts(false, left({ remainingNetworkWrites: 950 }))).toBe(false)
    expect(counts(true, {})).toBe(true)
    expect(counts(true, { refusedBy: 'network.writes' }, 'no')).toBe(false)
    expect(counts(false, {}, 'yes')).toBe(true)
  })

  it('is which budgets there are: those that an answer spoke of', () => {
    const names = (more: Partial<PollLoad>) =>
      computeBudgetCapacities([load('peers', 1, 0, more)], { countsPosts: false, hourly: [] }, () => ['default']).map(
        ({ name }) => name,
      )
    expect(names({})).toEqual([])
    expect(names(left({ remainingReads: 240 })).toSorted()).toEqual(['arm.reads', 'arm.writes'])
    expect(names({ refusedBy: 'arm.writes' })).toEqual(['arm.writes'])
    expect(names(left({ remainingNetworkReads: 9_000 }))).toEqual(['network.reads'])
  })

  it('is that metrics drew from no budget, where other answers of the subscription speak of one and theirs do not', () => {
    const drawnBy = (own: Partial<PollLoad>, others: Partial<PollLoad>) => {
      const metrics = load('metrics', 1, 0, own)
      return computePollDemands([metrics, load('peers', 1, 0, others)])[0]?.draws
    }
    const reads = (requests: number) => [{ budget: 'arm.reads s', requests }]
    expect(drawnBy({}, left({ remainingReads: 200 }))).toEqual(reads(0))
    expect(drawnBy(left({ remainingReads: 200 }), left({ remainingReads: 200 }))).toEqual(reads(3))
    expect(drawnBy({ refusedBy: 'arm.reads' }, left({ remainingReads: 200 }))).toEqual(reads(3))
    // missing headers, and polls that never ran, give no information
    expect(drawnBy({}, {})).toEqual(reads(3))
    expect(drawnBy({ run: null }, left({ remainingReads: 200 }))).toEqual(reads(3))
  })

  it('is how many identities draw from one: those that Azure does not refuse for all that would', () => {
    const of = (identity: string, refused: string[]) =>
      left({
        remainingReads: 200,
        remainingWrites: 200,
        identity,
        refused: refused.map((name) => ({ identity: name, outcome: 'forbidden', code: '', missingAction: null })),
      })
    const identities = (loads: PollLoad[]) =>
      Object.fromEntries(
        computeBudgetCapacities(loads, { countsPosts: false, hourly: [] }, () => ['a', 'b']).map((one) => [
          one.name,
          [one.identities, one.perSecond],
        ]),
      )
    const everywhere = [load('peers', 1, 0, of('a', ['b'])), load('peers', 2, 0, of('a', ['b']))]
    expect(identities(everywhere)).toEqual({ 'arm.reads': [1, 25], 'arm.writes': [1, 10] })
    // the identity can read kinds that need no operation
    expect(identities([...everywhere, load('stats', 3, 0, of('b', []))])).toEqual({
      'arm.reads': [2, 50],
      'arm.writes': [1, 10],
    })
    expect(identities([load('peers', 1, 0, of('a', []))])['arm.writes']).toEqual([2, 20])
  })

  it('is that ARM counts by the hour, by a rest that its bucket can’t have', () => {
    const hourly = (before: string[], rest: number) =>
      learnBudgetLimits(
        [load('peers', 1, 0, left({ remainingReads: rest }))],
        { countsPosts: false, hourly: before },
        'learn',
      ).hourly
    expect(hourly([], 250)).toEqual([])
    expect(hourly([], 11_000)).toEqual(['s'])
    expect(hourly(['s'], 12)).toEqual(['s'])
  })
})
