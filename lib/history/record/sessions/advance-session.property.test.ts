import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { ProvenAbsenceOfPoll } from '../poll-reading.ts'
import {
  type SessionAfterSample,
  addSampleToSession,
  type MessageCounts,
  type SampledSession,
} from './advance-session.ts'
import { EMPTY_UPTIME, type RecordedUptime } from './session-uptime.ts'
import { compareSessions } from './compare-sessions.ts'

const T0 = Date.UTC(2026, 10, 20)
const JITTER = 400
const LATENCY_MOST = 12_000

interface Sampled {
  /** true time of the sample */
  at: EpochMs
  /** true time at which the session last came up */
  cameUpAt: EpochMs
  /** time by which the clock that dates the sample was ahead, milliseconds */
  aheadMs: number
  isCached: boolean
  step: SessionAfterSample
}

const pollOf = fc.record({
  latency: fc.integer({ min: 300, max: LATENCY_MOST }),
  /** point within its latency at which the sample was taken, 0 to 1 */
  moment: fc.double({ min: 0, max: 1, noNaN: true }),
  jitter: fc.integer({ min: -JITTER, max: JITTER }),
  fails: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  isCached: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
})
/** Minutes between restarts; never two within the latency of a poll. */
const restarts = fc.array(fc.double({ min: 1.1, max: 15, noNaN: true }), { maxLength: 8 })
const polls = fc.array(pollOf, { minLength: 10, maxLength: 80 })

type Poll = typeof pollOf extends fc.Arbitrary<infer One> ? One : never

/** A single adjustment of the clock of the polling machine. */
interface SetClock {
  /** true time */
  at: EpochMs
  stepMs: number
}
const NEVER_SET: SetClock = { at: Number.POSITIVE_INFINITY, stepMs: 0 }

/**
 * Returns the samples of a session that is up at each poll and restarts in between, with the conclusions about its
 * uptime.
 */
function lived(series: readonly Poll[], gaps: readonly number[], clock: SetClock = NEVER_SET): Sampled[] {
  const ups = [T0 - 60 * MS_PER_MINUTE]
  for (const gap of gaps)
    ups.push((ups.at(-1) === T0 - 60 * MS_PER_MINUTE ? T0 : (ups.at(-1) ?? T0)) + gap * MS_PER_MINUTE)
  let uptime: RecordedUptime = EMPTY_UPTIME
  let messages: MessageCounts = { sent: null, received: null }
  let last: { age: number; sent: bigint } | null = null
  const sampled: Sampled[] = []
  let lastFinishedAt = 0
  for (const [n, { latency, moment, jitter, fails, isCached }] of series.entries()) {
    const requestedAt = T0 + n * MS_PER_MINUTE
    const aheadMs = requestedAt >= clock.at ? clock.stepMs : 0
    const startedAt = requestedAt + aheadMs
    // a poll that seems to begin before the previous one ended is rejected
    if (fails || startedAt < lastFinishedAt) continue
    lastFinishedAt = startedAt + latency
    const at = requestedAt + moment * latency
    const cameUpAt = ups.findLast((up) => up <= at) ?? T0
    const fresh: { age: number; sent: bigint } = {
      age: Math.max(0, Math.round(at - cameUpAt + jitter)),
      sent: BigInt(Math.floor((at - cameUpAt) / 54_000)),
    }
    const answer: { age: number; sent: bigint } = isCached && last ? last : fresh
    const reading: ProvenAbsenceOfPoll = {
      sourceId: 1,
      startedAt,
      finishedAt: lastFinishedAt,
      clock: { machine: 'worker-1', bootedAt: aheadMs },
      readsAbsence: () => true,
      lastRead: () => null,
    }
    const step = addSampleToSession(uptime, sampleOf(answer.age, answer.sent), messages, reading)
    sampled.push({ at, cameUpAt, aheadMs, isCached: isCached && last !== null, step })
    uptime = step.uptime
    messages = { sent: answer.sent, received: answer.sent }
    last = answer
  }
  return sampled
}

const sampleOf = (ms: number, messages: bigint): SampledSession => ({
  localAddress: '10.0.4.12',
  neighbor: '10.0.4.4',
  asn: 12_076,
  state: 'established',
  azureState: 'Connected',
  downReason: null,
  prefixesReceived: 18,
  messagesSent: messages,
  messagesReceived: messages,
  age: { ms, unitMs: 0 },
})

describe('the uptime of a session', () => {
  it('never restarts without a restart between the samples', () => {
    fc.assert(
      fc.property(polls, restarts, (series, gaps) => {
        const samples = lived(series, gaps)
        for (const [n, { step, cameUpAt }] of samples.entries()) {
          if (!step.restarted) continue
          const before = samples.slice(0, n).findLast(({ isCached }) => !isCached)
          expect(cameUpAt).toBeGreaterThan(before?.cameUpAt ?? cameUpAt)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('comes up within the reported bounds, but for the jitter of the answers', () => {
    fc.assert(
      fc.property(polls, restarts, (series, gaps) => {
        for (const { step, cameUpAt, isCached } of lived(series, gaps)) {
          const [newest] = step.uptime.samples.slice(-1)
          if (!step.restarted || isCached || !newest) continue
          expect(cameUpAt).toBeGreaterThanOrEqual(newest.earliest - JITTER - 1)
          expect(cameUpAt).toBeLessThanOrEqual(newest.latest + JITTER + 1)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('are doubted one time after the other: what begins ends before another begins', () => {
    fc.assert(
      fc.property(polls, restarts, (series, gaps) => {
        let isOpen = false
        for (const { step } of lived(series, gaps)) {
          if (step.restarted) isOpen = false
          if (!step.doubt) continue
          expect(step.doubt.verdict === 'inconsistent').toBe(!isOpen)
          isOpen = step.doubt.verdict === 'inconsistent'
        }
      }),
      { numRuns: 300 },
    )
  })

  it('are rebaselined by the third contradiction in a row, and by none before', () => {
    fc.assert(
      fc.property(polls, restarts, (series, gaps) => {
        const samples = lived(series, gaps)
        for (const [n, { step }] of samples.entries()) {
          if (step.doubt?.verdict !== 'rebaselined') continue
          const suspects = samples[n - 1]?.step.uptime.suspects.length ?? 0
          expect(suspects).toBeGreaterThanOrEqual(2)
          expect(step.uptime.samples).toHaveLength(3)
          expect(step.uptime.suspects).toEqual([])
        }
      }),
      { numRuns: 300 },
    )
  })

  it('are rebaselined where a restart fell into the latency of a request', () => {
    const answered = { latency: 10_000, jitter: 0, fails: false, isCached: false }
    // the response of the poll at minute 1 shows the session before the restart; the restart is within the latency of
    // the same request
    const series = [0, 0.01, 0.1, 0.1, 0.1, 0.1].map((moment) => ({ ...answered, moment }))
    const restart = lived(series, [1 + 5 / 60])
    expect(restart.some(({ step }) => step.restarted || step.doubt?.verdict === 'rebaselined')).toBe(true)
  })

  describe('by a clock that is set, at any moment and by any step', () => {
    const set = fc.record({
      at: fc.integer({ min: 0, max: 80 * MS_PER_MINUTE }).map((after) => T0 + after),
      stepMs: fc.oneof(
        fc.integer({ min: -50_000, max: 50_000 }),
        fc.integer({ min: -20 * MS_PER_MINUTE, max: 20 * MS_PER_MINUTE }),
        fc.integer({ min: -400 * 24 * 60 * MS_PER_MINUTE, max: 400 * 24 * 60 * MS_PER_MINUTE }),
      ),
    })
    const fresh = polls.map((series) => series.map((poll) => ({ ...poll, isCached: false })))

    it('never restart and never contradict themselves without a restart', () => {
      fc.assert(
        fc.property(fresh, set, (series, clock) => {
          for (const { step } of lived(series, [], clock)) {
            expect({ restarted: step.restarted, doubt: step.doubt }).toEqual({ restarted: false, doubt: null })
          }
        }),
        { numRuns: 300 },
      )
    })

    it('are reported to have restarted where they did, and came up within the bounds by the clock as it is then', () => {
      fc.assert(
        fc.property(fresh, restarts, set, (series, gaps, clock) => {
          const samples = lived(series, gaps, clock)
          for (const [n, { at, cameUpAt, aheadMs, step }] of samples.entries()) {
            const before = samples[n - 1]
            if (!before || cameUpAt === before.cameUpAt) {
              expect(step.restarted).toBe(false)
              continue
            }
            // a session that came up within the latency of a request may be reported later, after three samples that
            // agree
            if (cameUpAt - before.at < LATENCY_MOST) continue
            expect(step.restarted, `sampled at ${at}`).toBe(true)
            const [first] = step.uptime.samples
            expect(first && first.earliest - JITTER - 1 <= cameUpAt + aheadMs).toBe(true)
            expect(first && cameUpAt + aheadMs <= first.latest + JITTER + 1).toBe(true)
          }
        }),
        { numRuns: 300 },
      )
    })
  })
})

/** A response from Azure's cache, sampled `lag` milliseconds before a fresh response would have been. */
const lagged = fc.record({
  latency: fc.integer({ min: 300, max: 1_000 }),
  moment: fc.double({ min: 0, max: 1, noNaN: true }),
  lag: fc.oneof(fc.integer({ min: 0, max: 2_500 }), fc.integer({ min: 0, max: 40_000 })),
})

describe('the fall of a session', () => {
  it.each([
    { name: 'peers' as const, unitMs: 0, counts: true },
    { name: 'summary' as const, unitMs: 1_000, counts: false },
  ])('lies within its bounds, however old the answers are from which $name are read', ({ name, unitMs, counts }) => {
    fc.assert(
      fc.property(
        fc.array(lagged, { minLength: 4, maxLength: 60 }),
        fc.integer({ min: 10_000, max: 60_000 }),
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        (series, everyMs, part) => {
          const fellAt = T0 + Math.round(part * series.length * everyMs)
          const cameUpAt = T0 - 60 * MS_PER_MINUTE
          let known: ReturnType<typeof compareSessions>['steps'][number]['session'][] = []
          let lastRead: EpochMs | null = null
          for (const [n, { latency, moment, lag }] of [...series, ...series.slice(0, 3)].entries()) {
            const startedAt = T0 + n * everyMs
            // one of five responses is not from the cache
            const at = Math.round(startedAt + moment * latency - (n % 5 === 0 ? 0 : lag))
            const ageMs = Math.floor((at - cameUpAt) / (unitMs || 1)) * (unitMs || 1)
            const up = sampleOf(ageMs, BigInt(Math.floor(ageMs / 54_000)))
            const down = { ...up, state: 'connect' as const, azureState: 'Connecting', age: null }
            const row = { ...(at < fellAt ? up : down), ...(!counts && { messagesSent: null, messagesReceived: null }) }
            const read = lastRead
            const reading: ProvenAbsenceOfPoll = {
              sourceId: 1,
              startedAt,
              finishedAt: startedAt + latency,
              clock: null,
              readsAbsence: () => true,
              lastRead: () => read,
            }
            const { steps, changes } = compareSessions(known, reading, name, [row])
            known = steps.map(({ session }) => session)
            lastRead = startedAt
            const fall = changes.find((change) => change.type === 'session' && change.after?.state === 'connect')
            if (!fall || !('between' in fall) || n === 0) continue
            expect(fall.between.earliest).toBeLessThanOrEqual(fellAt)
            expect(fall.between.latest).toBeGreaterThanOrEqual(fellAt)
            return
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('a session', () => {
  const at = (startedAt: EpochMs, bootedAt = 0): ProvenAbsenceOfPoll => ({
    sourceId: 1,
    startedAt,
    finishedAt: startedAt + 1_000,
    clock: { machine: 'worker-1', bootedAt },
    readsAbsence: () => true,
    lastRead: () => null,
  })
  const up = sampleOf(60 * MS_PER_MINUTE, 9n)
  const down = { ...up, state: 'connect' as const, azureState: 'Connecting', age: { ms: 30_000, unitMs: 1_000 } }
  const known = compareSessions([], at(T0), 'summary', [up]).after

  it('that is down fell as long ago as its row says', () => {
    const fellAt = { earliest: T0 + 29_000, latest: T0 + 31_000 }
    expect(compareSessions(known, at(T0 + MS_PER_MINUTE), 'summary', [down]).changes).toMatchObject([
      { after: { fellAt } },
    ])
  })

  it('that changes while the clock is set says by how much it was', () => {
    const steppedBy = (ms: number) =>
      compareSessions(known, at(T0 + MS_PER_MINUTE + ms, ms), 'summary', [down]).changes.map((change) =>
        'steppedMs' in change ? change.steppedMs : null,
      )
    expect([steppedBy(0), steppedBy(5_000)]).toEqual([[null], [5_000]])
  })

  it.each([
    { name: 'the established one', rows: [down, up], expected: up },
    {
      name: 'the one that received most',
      rows: [up, { ...up, messagesReceived: 10n }],
      expected: { messagesReceived: 10n },
    },
  ])('with several rows is $name', ({ rows, expected }) => {
    for (const order of [rows, rows.toReversed()]) {
      const [session] = compareSessions([], at(T0), 'peers', order).after
      expect({ ...session, messagesReceived: session?.messages.received }).toMatchObject({
        state: 'established',
        messagesReceived: expected.messagesReceived,
      })
    }
  })
})
