import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computeShortId } from '../store/short-id.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { type TestPollSource, createTestPollSource } from '../testing/feed.ts'
import { readUsage } from '../read/traffic/usage.ts'
import { rollUpCounters } from './roll-up-counters.ts'

/** Compares counters with a model that has no buckets, carries or batches: a list of polls, and the counter values. */
const db = withTestDatabase()

const START = Date.UTC(2026, 10, 29, 21, 55)
const INTERVAL = 60

interface Poll {
  startedAt: number
  finishedAt: number
  ok: boolean
  /** counter of the primary path; the secondary counts half as much */
  count: bigint
}

interface Delivery {
  polls: Poll[]
  /** indexes of polls, some twice, some late; -1 = roll up here */
  order: number[]
}

const deliveries: fc.Arbitrary<Delivery> = fc
  .tuple(
    fc.array(
      fc.record({
        gapMs: fc.oneof(
          { weight: 12, arbitrary: fc.integer({ min: 20_000, max: 75_000 }) },
          { weight: 2, arbitrary: fc.integer({ min: 100_000, max: 40 * MS_PER_MINUTE }) },
          { weight: 1, arbitrary: fc.integer({ min: 2 * MS_PER_HOUR, max: 30 * MS_PER_HOUR }) },
        ),
        lengthMs: fc.integer({ min: 1, max: 12_000 }),
        ok: fc.integer({ min: 0, max: 11 }).map((n) => n > 0),
        grew: fc.bigInt({ min: 0n, max: 10n ** 12n }),
        reset: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
      }),
      { minLength: 3, maxLength: 40, size: 'max' },
    ),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom('again', 'late', 'rollUp')), { maxLength: 12 }),
  )
  .map(([steps, moves]) => {
    let at = START
    let count = 2n ** 61n
    const polls = steps.map(({ gapMs, lengthMs, ok, grew, reset }) => {
      const startedAt = at + gapMs
      at = startedAt + lengthMs
      count = reset ? grew : count + grew
      return { startedAt, finishedAt: at, ok, count }
    })
    const order = polls.map((_, i) => i)
    for (const [n, move] of moves) {
      const i = n % order.length
      const [index = 0] = order.slice(i, i + 1)
      if (move === 'rollUp') order.splice(i, 0, -1)
      else if (move === 'again') order.splice(i, 0, index)
      else order.push(...order.splice(i, 1))
    }
    return { polls, order }
  })

async function deliver(feed: TestPollSource, { polls, order }: Delivery): Promise<Poll[]> {
  const kept: Poll[] = []
  for (const index of order) {
    const poll = polls[index]
    if (!poll) {
      await rollUpCounters(db)
      continue
    }
    const { startedAt, finishedAt, ok, count } = poll
    const rows = [
      { path: 'primary', bytesIn: count / 3n, bytesOut: count },
      { path: 'secondary', bytesIn: null, bytesOut: count / 2n },
    ]
    const { status } = await feed.record(
      'stats',
      { startedAt, finishedAt, outcome: ok ? 'ok' : 'timeout', rows: ok ? rows : [] },
      { intervalSeconds: INTERVAL },
    )
    if (status === 'recorded' && ok) kept.push(poll)
  }
  return kept
}

interface Piece {
  from: number
  to: number
  bytes: bigint
  reset: boolean
}

/** Returns the growth between consecutive processed polls; the time of a poll is its middle. */
function piecesOf(polls: readonly Poll[], share: bigint): Piece[] {
  const readings = polls.map(({ startedAt, finishedAt, count }) => ({
    at: Math.floor((startedAt + finishedAt) / 2),
    value: count / share,
  }))
  return readings.slice(1).map(({ at, value }, i) => {
    const before = readings[i] ?? { at, value }
    const reset = value < before.value
    return { from: before.at, to: at, bytes: reset ? 0n : value - before.value, reset }
  })
}

const steps = [
  ['5m', 5 * MS_PER_MINUTE],
  ['hour', MS_PER_HOUR],
  ['day', MS_PER_DAY],
] as const
const from = START - MS_PER_DAY
const to = START + 60 * MS_PER_DAY
const range = (polls: readonly Poll[]) => ({ from, to: Math.min(to, (polls.at(-1)?.finishedAt ?? START) + MS_PER_DAY) })

const read = (feed: TestPollSource, polls: readonly Poll[], step: (typeof steps)[number][0] | 'month') =>
  readUsage(db.pool, { scope: computeShortId(feed.resourceId), ...range(polls), step, path: 'primary' })

describe('usage from counters', () => {
  it('adds up to what the counter grew, at every step, and covers what a bucket was seen of', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, async (delivery) => {
        const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
        const polls = await deliver(feed, delivery)
        const pieces = piecesOf(polls, 1n)
        const growth = pieces.reduce((sum, { bytes }) => sum + bytes, 0n)
        for (const [step, width] of steps) {
          const { points, unplaced } = await read(feed, polls, step)
          const placed = points.reduce((sum, { out }) => sum + out.bytes, 0n)
          const rest = unplaced.reduce((sum, one) => sum + (one.direction === 'out' ? one.bytes : 0n), 0n)
          expect(placed + rest).toBe(growth)
          for (const { start, out } of points) {
            const touching = pieces.filter((piece) => piece.from < start + width && piece.to > start)
            const inside = touching.filter((piece) => piece.from >= start && piece.to <= start + width)
            const sum = (list: Piece[]) => list.reduce((total, { bytes }) => total + bytes, 0n)
            // at least the bytes that certainly passed in the bucket, and at most those that may have
            expect(out.bytes).toBeGreaterThanOrEqual(sum(inside))
            expect(out.bytes).toBeLessThanOrEqual(sum(touching))
            expect(out.coveredMs).toBeLessThanOrEqual(
              touching.reduce(
                (ms, { from: a, to: b, reset }) => ms + (reset ? 0 : Math.min(b, start + width) - Math.max(a, start)),
                0,
              ),
            )
          }
        }
      }),
      { numRuns: 12 },
    )
  })

  it('is the same whether, when and how often it was rolled up', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, async (delivery) => {
        const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
        const raw = { polls: delivery.polls, order: delivery.order.filter((index) => index >= 0) }
        const never = await createTestPollSource(db, { type: 'expressRouteCircuits' })
        const polls = await deliver(feed, delivery)
        await rollUpCounters(db)
        await deliver(never, raw)
        for (const step of ['5m', 'hour', 'day', 'month'] as const) {
          const both = await Promise.all([read(feed, polls, step), read(never, polls, step)])
          const [rolled, fromRaw] = both.map(({ points, unplaced }) => [
            points.filter((p) => p.out.bytes > 0n),
            unplaced,
          ])
          expect(rolled).toEqual(fromRaw)
        }
      }),
      { numRuns: 12 },
    )
  })

  it('a gap inside an hour is filled in the hour, one over its border is kept apart', async () => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    const nine = Date.UTC(2026, 10, 20, 9)
    const poll = (minute: number, count: bigint) => ({
      startedAt: nine + minute * MS_PER_MINUTE,
      finishedAt: nine + minute * MS_PER_MINUTE + 2,
      ok: true,
      count,
    })
    const counts = [0, 1, 2, 22, 23, 57, 65, 66].map((minute, i) => poll(minute, BigInt(i) * 1_000n))
    await deliver(feed, { polls: counts, order: counts.map((_, i) => i) })
    await rollUpCounters(db)
    const ask = (step: '5m' | 'hour') =>
      readUsage(db.pool, {
        scope: computeShortId(feed.resourceId),
        from: nine,
        to: nine + 2 * MS_PER_HOUR,
        step,
        path: 'primary',
      })
    const hours = await ask('hour')
    expect(hours.points.map(({ out, coveredMs }) => [out.bytes, coveredMs])).toEqual([
      [5_000n, 57 * MS_PER_MINUTE],
      [1_000n, MS_PER_MINUTE],
    ])
    expect(hours.unplaced.filter(({ direction }) => direction === 'out').map(({ bytes }) => bytes)).toEqual([1_000n])
    const fine = await ask('5m')
    expect(fine.points[2]).toMatchObject({ coveredMs: 0 })
  })
})
