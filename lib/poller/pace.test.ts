import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PollObservation, PollKind } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { ThrottledPolls } from '#lib/history/index.ts'
import { getPollDeadlineMs, computeLeaseSeconds } from './plan/poll-deadlines.ts'
import { computeFirstIntervalSeconds } from './plan/schedule-positions.ts'
import { decideAfterLocked, decideAfterThrottled, hasSpareBudget } from './throttle/throttle-decision.ts'
import { computePollWindow } from './plan/poll-window.ts'

/** Poll kinds that are long-running operations of the network provider. */
const OF_NETWORK = ['advertised', 'arp', 'effective', 'learned', 'peers', 'summary', 'tables']
const NOW = Date.UTC(2026, 10, 20)

describe('a lease', () => {
  it.each([0.1, 0.5, 1, 3, 5, 5.1, 9, 30, 60, 300, 86_400])(
    'of a source polled every %s s frees a dead worker’s source within two intervals or 10 s',
    (every) => expect(computeLeaseSeconds(every) + 1).toBeLessThanOrEqual(Math.max(10, 2 * every)),
  )
})

describe('a deadline', () => {
  it.each<[PollKind, number, number]>([
    ['peers', 0.5, 20_000],
    ['peers', 60, 120_000],
    ['stats', 20, 40_000],
    ['tables', 300, 120_000],
    ['inventory', 30, 300_000],
  ])('for %s every %d s is %d ms', (kind, every, expected) => expect(getPollDeadlineMs(kind, every)).toBe(expected))
})

describe('the first interval', () => {
  it('spreads sources over the whole of a long one', () => {
    const shares = Array.from({ length: 1_000 }, (_, i) => computeFirstIntervalSeconds(i + 1, 'peers', 60))
    for (const seconds of shares) expect(seconds).toSatisfy((s: number) => s >= 0 && s < 60)
    const tenths = Array.from({ length: 10 }, (_, tenth) => shares.filter((s) => Math.floor(s / 6) === tenth).length)
    for (const count of tenths) expect(count).toSatisfy((n: number) => n > 60 && n < 140)
  })

  it('differs between the kinds of one source', () => {
    expect(computeFirstIntervalSeconds(7, 'peers', 300)).not.toBe(computeFirstIntervalSeconds(7, 'learned', 300))
  })

  it('leaves a short one alone', () => expect(computeFirstIntervalSeconds(7, 'peers', 1)).toBe(1))
})

describe('a window', () => {
  it.each<[string, PollKind, number | null, number | null]>([
    ['of peers is none', 'peers', NOW, null],
    ['of first metrics is an hour', 'metrics', null, 60],
    ['of metrics reaches back for what came late', 'metrics', NOW - 5 * MS_PER_MINUTE, 20],
    ['of metrics after a long outage is a day', 'metrics', NOW - 9_000 * MS_PER_MINUTE, 1_440],
    ['of first activity is a day', 'activity', null, 1_440],
    ['never begins in the future', 'metrics', NOW + 60 * MS_PER_MINUTE, 0],
  ])('%s', (_, kind, lastOk, minutes) =>
    expect(computePollWindow(kind, lastOk, NOW)).toEqual(
      minutes === null ? null : { from: NOW - minutes * MS_PER_MINUTE, to: NOW },
    ),
  )
})

describe('the window of a log whose entries arrive late', () => {
  const minutesAgo = (readUpTo: number) => {
    const { from, to, again } = computePollWindow('activity', NOW - readUpTo * MS_PER_MINUTE, NOW) ?? { from: 0, to: 0 }
    const ago = (period: { from: number; to: number }) => [
      (NOW - period.from) / MS_PER_MINUTE,
      (NOW - period.to) / MS_PER_MINUTE,
    ]
    return { main: ago({ from, to }), again: again?.map(ago) }
  }

  it.each<[string, number, ReturnType<typeof minutesAgo>]>([
    [
      'reads the newest again, and each moment once at two ages',
      5,
      {
        main: [15, 0],
        again: [
          [70, 65],
          [30, 25],
        ],
      },
    ],
    ['is one where the ages touch', 20, { main: [45, 0], again: [[85, 65]] }],
    ['is one piece after a long silence', 600, { main: [665, 0], again: undefined }],
  ])('%s', (_, readUpTo, expected) => expect(minutesAgo(readUpTo)).toEqual(expected))

  it('leaves no moment out, at any two ages, whatever the polls’ distances are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 240 }), { minLength: 4, maxLength: 40 }), (gaps) => {
        let at = NOW
        let readUpTo = NOW
        const reads: { at: number; from: number; to: number }[] = []
        for (const gap of gaps) {
          at += gap * MS_PER_MINUTE
          const { from = 0, to = 0, again = [] } = computePollWindow('activity', readUpTo, at) ?? {}
          for (const period of [...again, { from, to }]) reads.push({ at, ...period })
          readUpTo = to
        }
        // every entry that arrived within 65 minutes is read by a poll after its arrival
        for (let minute = NOW; minute + 65 * MS_PER_MINUTE <= at; minute += MS_PER_MINUTE) {
          const lastChance = reads.some(
            (read) => read.at >= minute + 65 * MS_PER_MINUTE && read.from <= minute && minute <= read.to,
          )
          const first = reads.some(({ from, to }) => from <= minute && minute <= to)
          expect({ minute, first, lastChance }).toEqual({ minute, first: true, lastChance: true })
        }
      }),
    )
  })
})

describe('throttling', () => {
  const NOBODY: ThrottledPolls = { inARow: 0, others: 0, othersSince: 0, readsLeft: null }
  const throttled = (retryAfterSeconds: number | null = null) =>
    ({
      kind: 'peers',
      outcome: 'throttled',
      finishedAt: NOW,
      budget: null,
      error: { code: 'TooManyRequests', retryAfterSeconds },
    }) as unknown as PollObservation
  const wait = (before: ThrottledPolls, retryAfter: number | null = null) =>
    ((decideAfterThrottled(before, throttled(retryAfter)).notBefore ?? 0) - NOW) / 1000

  it('obeys Retry-After, however often', () => {
    expect(wait({ ...NOBODY, inARow: 7 }, 17)).toBe(17)
  })

  it('doubles its wait where ARM gives none, up to five minutes', () => {
    const waits = Array.from({ length: 9 }, (_, inARow) => wait({ ...NOBODY, inARow }))
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300])
  })

  it('of a locked resource is that resource’s own: it waits up to a minute, bursts go on, the subscription is not spared', () => {
    const locked = (inARow: number, retryAfterSeconds: number | null = null) =>
      decideAfterLocked({ inARow }, { ...throttled(retryAfterSeconds), outcome: 'locked' })
    const waits = [0, 1, 2, 3, 4, 9].map((inARow) => ((locked(inARow).notBefore ?? 0) - NOW) / 1000)
    expect(waits).toEqual([5, 10, 20, 40, 60, 60])
    expect(locked(9, 14)).toMatchObject({ notBefore: NOW + 14_000, endsBurst: false, spare: { of: 'resource' } })
    expect(locked(0).spare?.kinds.toSorted()).toEqual(OF_NETWORK)
  })

  it('by Azure Monitor’s own limits puts off nothing else, however many sources it meets', () => {
    const observation = throttled(30)
    const own = { ...observation, error: { ...observation.error, budget: null } } as PollObservation
    expect(decideAfterThrottled({ ...NOBODY, others: 20, othersSince: 20 }, own)).toMatchObject({
      notBefore: NOW + 30_000,
      spare: null,
    })
  })

  it('spares the rest of a subscription when several sources are throttled within a minute, peers never', () => {
    const spared = Array.from({ length: 10 }, (_, othersSince) => {
      const before = { ...NOBODY, others: 20, othersSince }
      return decideAfterThrottled(before, throttled(30)).spare?.kinds ?? []
    })
    expect(spared.slice(0, 2)).toEqual([[], []])
    expect(spared[2]).toContain('tables')
    expect(spared[2]).not.toContain('summary')
    expect(spared[9]).toContain('summary')
    for (const kinds of spared) expect(kinds).not.toContain('peers')
  })

  it('puts off all that draws from a network budget until its window ends, at the first refusal', () => {
    const refused = (retryAfter: number | null) => {
      const observation = throttled(retryAfter)
      const error = { ...observation.error, budget: 'network.writes' }
      return decideAfterThrottled(NOBODY, { ...observation, error } as PollObservation)
    }
    expect(refused(90).spare).toMatchObject({ of: 'region', until: NOW + 90_000 })
    expect(refused(90).spare?.kinds.toSorted()).toEqual(OF_NETWORK)
    expect(refused(null).spare).toBeNull()
  })

  it.each([
    ['remainingWrites', 39],
    ['remainingNetworkReads', 1_999],
    ['remainingNetworkWrites', 199],
  ])('asks nothing beyond the plan while %s is %d', (name, left) => {
    const budget = { remainingReads: 250, remainingWrites: 200, [name]: left }
    expect(hasSpareBudget(NOBODY, { budget })).toBe(false)
    expect(hasSpareBudget(NOBODY, { budget: { ...budget, [name]: left + 1 } })).toBe(true)
  })

  it.each<[string, boolean, Partial<ThrottledPolls>, number | null]>([
    ['where nobody is throttled', true, {}, null],
    ['while another source is', false, { others: 1 }, null],
    ['where ARM said to another poll that little is left', false, { readsLeft: 49 }, null],
    ['where a bucket of 250 has as much as can be', true, { readsLeft: 150 }, 249],
    ['where ARM says to this poll that little is left', false, { readsLeft: 9_000 }, 49],
    ['where much is left again', true, { readsLeft: 49 }, 9_000],
  ])('%s, more may be asked: %s', (_, may, before, left) => {
    const budget = left === null ? null : { remainingReads: left, remainingWrites: null }
    expect(hasSpareBudget({ ...NOBODY, ...before }, { budget })).toBe(may)
  })
})
