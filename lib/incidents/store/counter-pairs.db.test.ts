import { beforeAll, describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readCounterPairs } from './counter-pairs.ts'
import { rollUpUsage, computeShortId } from '#lib/history/index.ts'
import { type TestPollSource, createTestPollSource } from '#lib/history/testing/feed.ts'

const db = withTestDatabase()
const NINE = Date.UTC(2026, 10, 20, 9)
const LATENCY = 2_000

type Bytes = [bytesIn: bigint | null, bytesOut: bigint | null]

/** Records one poll this many minutes after 09:00. */
const poll = (feed: TestPollSource, minute: number, rows: { path: string | null; bytes: Bytes }[]) =>
  feed.record('stats', {
    startedAt: NINE + minute * MS_PER_MINUTE,
    finishedAt: NINE + minute * MS_PER_MINUTE + LATENCY,
    rows: rows.map(({ path, bytes: [bytesIn, bytesOut] }) => ({ path, bytesIn, bytesOut })),
  })
const both = (primary: Bytes, secondary: Bytes) => [
  { path: 'primary', bytes: primary },
  { path: 'secondary', bytes: secondary },
]

const asked = async (feed: TestPollSource, from: number, to: number, basis: 'sample' | '5m' = 'sample') => {
  const window = {
    scope: computeShortId(feed.resourceId),
    from: NINE + from * MS_PER_MINUTE,
    to: NINE + to * MS_PER_MINUTE,
    basis,
  }
  const [pairs] = await readCounterPairs(db.pool, [window])
  const minute = (at: number) => (at - NINE - (basis === 'sample' ? LATENCY / 2 : 0)) / MS_PER_MINUTE
  return pairs?.map((pair) => [minute(pair.from), minute(pair.to), pair.bytesIn, pair.bytesOut])
}

let circuit: TestPollSource
let connection: TestPollSource

beforeAll(async () => {
  circuit = await createTestPollSource(db, { type: 'expressRouteCircuits' })
  const large = 2n ** 61n
  await poll(circuit, 0, both([large, 10n], [0n, 0n]))
  await poll(circuit, 1, both([large + 100n, 20n], [5n, 1n]))
  // the counter of the secondary path fell
  await poll(circuit, 2, both([large + 200n, 30n], [3n, 2n]))
  await poll(circuit, 3, both([large + 300n, 40n], [4n, 3n]))
  // the polls in between failed
  await poll(circuit, 9, both([large + 900n, 90n], [9n, 9n]))
  // first one direction is missing, then a path
  await poll(circuit, 10, both([large + 1_000n, null], [10n, 10n]))
  await poll(circuit, 11, [{ path: 'primary', bytes: [large + 1_100n, 110n] }])
  await poll(circuit, 12, both([large + 1_200n, 120n], [12n, 12n]))
  for (let minute = 15; minute <= 46; minute++) {
    const grown = BigInt(minute - 15)
    await poll(circuit, minute, both([large + 2_000n + 60n * grown, 600n], [100n + 60n * grown, 100n + grown]))
  }
  connection = await createTestPollSource(db, { type: 'connections' })
  await poll(connection, 0, [{ path: null, bytes: [7n, 7n] }])
  await poll(connection, 1, [{ path: null, bytes: [9n, 8n] }])
  await rollUpUsage(db)
})

describe('what was counted', () => {
  it.each<[string, number, number, unknown[]]>([
    ['is the sum of both paths, exactly', 0, 2, [[0, 1, 105n, 11n]]],
    [
      'is not known where a counter fell',
      1,
      4,
      [
        [1, 2, null, 11n],
        [2, 3, 101n, 11n],
      ],
    ],
    ['is not known over a gap', 3, 10, [[3, 9, null, null]]],
    ['is not known in a direction that a path does not report', 9, 11, [[9, 10, 101n, null]]],
    [
      'is not known while a path is not read',
      10,
      13,
      [
        [10, 11, null, null],
        [10, 12, null, null],
        [11, 12, null, null],
      ],
    ],
    ['needs both polls within the window', 1.5, 3.01, []],
    ['is nothing where nothing was polled', 13, 14, []],
  ])('%s', async (_, from, to, expected) => {
    expect(await asked(circuit, from, to)).toEqual(expected)
  })

  it('is one counter of a connection', async () => {
    expect(await asked(connection, 0, 2)).toEqual([[0, 1, 2n, 1n]])
  })

  it('is points of five minutes that are covered whole, with one left free at either end', async () => {
    const points = await asked(circuit, 10, 46, '5m')
    expect(points?.map(([from, to]) => [from, to])).toEqual([
      [15, 20],
      [20, 25],
      [25, 30],
      [30, 35],
      [35, 40],
    ])
    // the first bucket is incomplete because it lacks its first second
    expect(points?.map(([, , bytesIn, bytesOut]) => [bytesIn, bytesOut])).toEqual([
      [null, null],
      ...Array.from({ length: 4 }, () => [600n, 5n]),
    ])
  })

  it('answers each window in its place, those without counters too', async () => {
    const window = {
      scope: computeShortId(connection.resourceId),
      from: NINE,
      to: NINE + 2 * MS_PER_MINUTE,
      basis: 'sample' as const,
    }
    const answers = await readCounterPairs(db.pool, [
      { ...window, scope: 'none' },
      window,
      { ...window, to: NINE },
      window,
    ])
    expect(answers.map(({ length }) => length)).toEqual([0, 1, 0, 1])
    expect(await readCounterPairs(db.pool, [])).toEqual([])
  })
})
