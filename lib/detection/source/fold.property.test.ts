import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TimestampBounds, DetectedEvent, SessionSample } from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import {
  type FedPoll,
  evaluateTestPolls,
  createTestSessionSample,
  listLastEventVersions,
} from './testing/session-feed.ts'

const START = Date.UTC(2026, 10, 20)

/** The true course of a session: it flips at each of these times, and starts established or not. */
interface Truth {
  flips: number[]
  upAtFirst: boolean
}
const isUp = ({ flips, upAtFirst }: Truth, t: number) =>
  (flips.filter((flip) => flip <= t).length % 2 === 0) === upAtFirst
const lastFlip = ({ flips }: Truth, t: number) => flips.findLast((flip) => flip <= t) ?? START - 86_400 * MS_PER_SECOND
const turns = (truth: Truth, up: boolean) => truth.flips.filter((flip) => isUp(truth, flip) === up)
const holds = ({ earliest, latest }: TimestampBounds, t: number) => earliest <= t && t <= latest

type Answer = 'good' | 'failed' | 'unknown' | 'silent' | 'missing'
interface Attempt {
  gap: number
  latency: number
  /** time of the sample within the call, 0 to 1 */
  moment: number
  answer: Answer
  hasDuration: boolean
}

const truth: fc.Arbitrary<Truth> = fc
  .tuple(fc.array(fc.integer({ min: 500, max: 400 * MS_PER_SECOND }), { maxLength: 14, size: 'max' }), fc.boolean())
  .map(([lengths, upAtFirst]) => {
    let t = START
    return { upAtFirst, flips: lengths.map((length) => (t += length)) }
  })
const answer: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 7, arbitrary: fc.constant('good' as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('failed' as const, 'unknown' as const, 'silent' as const, 'missing' as const),
  },
)
const attempts: fc.Arbitrary<Attempt[]> = fc.array(
  fc.record({
    gap: fc.integer({ min: 200, max: 60 * MS_PER_SECOND }),
    latency: fc.integer({ min: 1, max: 12 * MS_PER_SECOND }),
    moment: fc.double({ min: 0, max: 1, noNaN: true }),
    answer,
    hasDuration: fc.boolean(),
  }),
  { minLength: 1, maxLength: 80, size: 'max' },
)

/**
 * Returns the polls that a collector would make of a true course. A row is only missing while the session is not up.
 */
function polled(life: Truth, series: readonly Attempt[]): FedPoll[] {
  let t = START
  return series.map(({ gap, latency, moment, answer: kind, hasDuration }) => {
    const startedAt = (t += gap)
    const finishedAt = (t += latency)
    const sampledAt = startedAt + moment * latency
    const up = isUp(life, sampledAt)
    const duration = sampledAt - lastFlip(life, sampledAt)
    const establishedAt = up && hasDuration ? { earliest: startedAt - duration, latest: finishedAt - duration } : null
    const row: SessionSample = createTestSessionSample(up ? 'established' : 'connect', { establishedAt })
    const times = { startedAt, finishedAt }
    if (kind === 'failed') return { ...times, outcome: 'timeout' as const, row: null }
    if (kind === 'silent') return { ...times, silent: true, row: null }
    if (kind === 'unknown') return { ...times, row: createTestSessionSample('unknown') }
    if (kind === 'missing' && !up) return { ...times, row: null }
    return { ...times, row }
  })
}

/** Returns the falls and rises. Flapping is reported in addition to them. */
const events = (polls: readonly FedPoll[]): DetectedEvent[] =>
  listLastEventVersions(evaluateTestPolls(polls).events).filter(
    ({ kind }) => kind === 'session_down' || kind === 'session_up',
  )
const of = (kind: string, all: readonly DetectedEvent[]) => all.filter((event) => event.kind === kind)
/** Returns an event without its key, which depends on its polls. */
const bare = ({ partOf: _, ...event }: DetectedEvent) => ({ ...event, key: '' })

describe('sessions, folded', () => {
  it('have bounds that contain the truth, for any latency', () => {
    fc.assert(
      fc.property(truth, attempts, (life, series) => {
        const found = events(polled(life, series))
        for (const { started } of of('session_down', found)) {
          expect(turns(life, false).some((flip) => holds(started, flip))).toBe(true)
        }
        for (const { started } of of('session_up', found)) {
          expect(turns(life, true).some((flip) => holds(started, flip))).toBe(true)
        }
        for (const { started, ended, duration } of of('session_down', found)) {
          if (!ended || !duration) continue
          const lost = turns(life, false).filter((flip) => holds(started, flip))
          const back = turns(life, true).filter((flip) => holds(ended, flip))
          const fits = lost.some((a) => back.some((b) => b >= a && b - a >= duration.minMs && b - a <= duration.maxMs))
          expect(fits).toBe(true)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('fall and rise in turn, each fall closed by the rise that follows it', () => {
    fc.assert(
      fc.property(truth, attempts, (life, series) => {
        const found = events(polled(life, series))
        const kinds = found.map(({ kind }) => kind)
        for (const [i, kind] of kinds.entries()) if (i > 0) expect(kind).not.toBe(kinds[i - 1])
        for (const [i, event] of found.entries()) {
          if (event.kind === 'session_down') expect(event.ended).toEqual(found[i + 1]?.started ?? null)
        }
      }),
    )
  })

  it('make no event out of failed polls, and no bound narrower', () => {
    const inserted = fc.array(
      fc.record({ after: fc.nat(79), outcome: fc.constantFrom('timeout', 'throttled', 'malformed', 'forbidden') }),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(truth, attempts, inserted, (life, series, faults) => {
        const polls = polled(life, series)
        const disturbed = polls.flatMap((poll, i) => [
          poll,
          ...faults
            .filter(({ after }) => after === i)
            // two attempts are at least 200 ms apart, so that these polls fit between them
            .map(({ outcome }, n) => ({
              startedAt: poll.finishedAt + 2 * n + 1,
              finishedAt: poll.finishedAt + 2 * n + 2,
              outcome: outcome as 'timeout',
              row: null,
            })),
        ])
        expect(events(disturbed).map(bare)).toEqual(events(polls).map(bare))
      }),
    )
  })

  it('lose events, but never gain one, when a good sample is taken away', () => {
    fc.assert(
      fc.property(truth, attempts, fc.nat(79), (life, series, at) => {
        // a reported duration may give narrower bounds of a rise than an earlier sample without a duration
        const unreported = series.map((attempt) => ({ ...attempt, hasDuration: false }))
        const polls = polled(life, unreported).filter((poll) => poll.row !== null)
        const all = events(polls)
        const fewer = events(polls.filter((_, i) => i !== at))
        for (const event of fewer) {
          const same = all.filter(({ kind }) => kind === event.kind)
          const inside = same.some(
            ({ started }) => started.earliest >= event.started.earliest && started.latest <= event.started.latest,
          )
          expect(inside).toBe(true)
        }
      }),
    )
  })

  it('come out the same however often the state is stored and read back', () => {
    fc.assert(
      fc.property(truth, attempts, (life, series) => {
        const polls = polled(life, series)
        expect(evaluateTestPolls(polls, { restarting: true })).toEqual(evaluateTestPolls(polls))
      }),
    )
  })

  it('gain nothing from polls that are folded again', () => {
    fc.assert(
      fc.property(truth, attempts, (life, series) => {
        const polls = polled(life, series)
        const once = evaluateTestPolls(polls)
        expect(evaluateTestPolls(polls, { from: once.state })).toEqual({ state: once.state, events: [] })
        const twice = polls.flatMap((poll) => [poll, poll])
        expect(listLastEventVersions(evaluateTestPolls(twice).events)).toEqual(listLastEventVersions(once.events))
      }),
    )
  })

  it('shift with the clock', () => {
    fc.assert(
      fc.property(truth, attempts, fc.integer({ min: -1e9, max: 1e9 }), (life, series, by) => {
        const polls = polled(life, series)
        const later = polls.map((poll) => ({
          ...poll,
          startedAt: poll.startedAt + by,
          finishedAt: poll.finishedAt + by,
          row: poll.row && { ...poll.row, establishedAt: shifted(poll.row.establishedAt, by) },
        }))
        const moved = events(polls).map((event) => ({
          ...bare(event),
          started: shifted(event.started, by),
          ended: shifted(event.ended, by),
          detectedAt: event.detectedAt + by,
          evidence: event.evidence.map((item) => ({
            ...item,
            before: item.field === 'establishedAt' ? shifted(item.before as TimestampBounds | null, by) : item.before,
            after: item.field === 'establishedAt' ? shifted(item.after as TimestampBounds | null, by) : item.after,
            sampledBefore: shifted(item.sampledBefore, by),
            sampledAfter: shifted(item.sampledAfter, by),
          })),
        }))
        expect(rounded(events(later).map(bare))).toEqual(rounded(moved))
      }),
    )
  })
})

function shifted<T extends TimestampBounds | null>(bounds: T, by: number): T {
  return (bounds && { earliest: bounds.earliest + by, latest: bounds.latest + by }) as T
}

/** Rounds numbers. Sample times have fractions, so that shifted times are rounded at other digits. */
function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, part) => (typeof part === 'number' ? Math.round(part * 100) / 100 : part)),
  )
}
