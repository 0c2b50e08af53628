import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type StoredCoverageInterval, type KnownPollTimes, type PollTime, computePollTimes } from './poll-times.ts'

const NOTHING_KNOWN: KnownPollTimes = { starts: [], ends: [], changes: [] }
const intervalOf = (polls: readonly PollTime[]): StoredCoverageInterval => ({
  from: polls[0]?.startedAt ?? 0,
  to: polls.at(-1)?.finishedAt ?? 0,
  lastStartedAt: polls.at(-1)?.startedAt ?? 0,
  polls: polls.length,
  outcome: 'ok',
  silentInstances: [],
})

/**
 * Returns the stored bounds of changes that were read after some polls: the start of the last poll before, and the end
 * of the first poll after.
 */
const knownOf = (polls: readonly PollTime[], changedAfter: readonly number[]): KnownPollTimes => {
  const changes = changedAfter.flatMap((n) => {
    const [last, first] = [polls[n], polls[n + 1]]
    return last && first ? [{ earliest: last.startedAt, latest: first.finishedAt }] : []
  })
  return {
    starts: changes.map(({ earliest }) => earliest),
    ends: changes.map(({ latest }) => latest),
    changes,
  }
}

/** Polls with varying pauses and lengths, without overlap. */
const anyPolls = fc
  .array(fc.record({ length: fc.integer({ min: 1, max: 900 }), pause: fc.integer({ min: 1, max: 5_000 }) }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((steps) => {
    const polls: PollTime[] = []
    let at = 1_000
    for (const { length, pause } of steps) {
      polls.push({ startedAt: at, finishedAt: at + length })
      at += length + pause
    }
    return polls
  })
const evenPolls = fc
  .record({
    count: fc.integer({ min: 1, max: 12 }),
    length: fc.integer({ min: 1, max: 900 }),
    pause: fc.integer({ min: 1, max: 5_000 }),
  })
  .map(({ count, length, pause }) =>
    Array.from({ length: count }, (_, n): PollTime => {
      const startedAt = 1_000 + n * (length + pause)
      return { startedAt, finishedAt: startedAt + length }
    }),
  )
const changedAfter = fc.uniqueArray(fc.nat({ max: 10 }), { maxLength: 4 }).map((all) => all.toSorted((a, b) => a - b))

describe('polls of an interval', () => {
  it('are those that were made, if these are even, whatever changed between them', () => {
    fc.assert(
      fc.property(evenPolls, changedAfter, (polls, changed) => {
        expect(computePollTimes(intervalOf(polls), NOTHING_KNOWN)).toEqual(polls)
        expect(computePollTimes(intervalOf(polls), knownOf(polls, changed))).toEqual(polls)
      }),
    )
  })

  it('begin and end with the interval, in order, and none overlaps the next', () => {
    fc.assert(
      fc.property(anyPolls, changedAfter, (polls, changed) => {
        const found = computePollTimes(intervalOf(polls), knownOf(polls, changed))
        expect(found[0]?.startedAt).toBe(polls[0]?.startedAt)
        expect(found.at(-1)?.finishedAt).toBe(polls.at(-1)?.finishedAt)
        for (const [n, poll] of found.entries()) {
          expect(poll.startedAt).toBeLessThanOrEqual(poll.finishedAt)
          expect(poll.startedAt).toBeGreaterThanOrEqual(found[n - 1]?.finishedAt ?? 0)
        }
      }),
    )
  })

  it('have the starts and ends that a change names, and none lies inside of the bounds of a change', () => {
    fc.assert(
      fc.property(anyPolls, changedAfter, (polls, changed) => {
        const known = knownOf(polls, changed)
        const found = computePollTimes(intervalOf(polls), known)
        expect(found.map(({ startedAt }) => startedAt)).toEqual(expect.arrayContaining([...known.starts]))
        expect(found.map(({ finishedAt }) => finishedAt)).toEqual(expect.arrayContaining([...known.ends]))
        for (const { earliest, latest } of known.changes)
          expect(found.filter(({ startedAt, finishedAt }) => startedAt > earliest && finishedAt < latest)).toEqual([])
      }),
    )
  })

  it('ignore times of other intervals', () => {
    fc.assert(
      fc.property(evenPolls, fc.integer({ min: 1, max: 900 }), (polls, ms) => {
        const { from, to } = intervalOf(polls)
        const other = { starts: [from - ms, to + ms], ends: [from - ms, to + ms], changes: [] }
        expect(computePollTimes(intervalOf(polls), other)).toEqual(polls)
      }),
    )
  })

  it.each<[string, Partial<StoredCoverageInterval>, PollTime[]]>([
    ['of one poll', { from: 5, lastStartedAt: 5, to: 9, polls: 1 }, [{ startedAt: 5, finishedAt: 9 }]],
    [
      'that are counted as fewer than are known',
      { from: 0, lastStartedAt: 100, to: 110, polls: 1 },
      [
        { startedAt: 0, finishedAt: 10 },
        { startedAt: 100, finishedAt: 110 },
      ],
    ],
    [
      'that follow each other closely',
      { from: 0, lastStartedAt: 20, to: 30, polls: 3 },
      [
        { startedAt: 0, finishedAt: 10 },
        { startedAt: 10, finishedAt: 20 },
        { startedAt: 20, finishedAt: 30 },
      ],
    ],
  ])('%s', (_, own, polls) => {
    expect(computePollTimes({ ...intervalOf([]), ...own }, NOTHING_KNOWN)).toEqual(polls)
  })
})
