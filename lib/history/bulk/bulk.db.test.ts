import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { appendCounters, type CounterObservation, prepareCounterPartitions } from './append-counters.ts'
import { truncateRecordedTables, refreshStatistics } from '#lab/demo-history/clear-history.ts'
import { recordObservation } from '../record/record-observation.ts'
import { extendCoverageByUnchangedPolls, type CoveredPollTimes, type StoredPollStatesByKey } from './extend-coverage.ts'
import {
  type TestPollSource,
  TEST_SOURCE_POLL_INTERVAL_SECONDS,
  createTestPollSource,
  peerRow,
} from '../testing/feed.ts'

const db = withTestDatabase()

const T = Date.UTC(2026, 10, 20, 3)
const span = (n: number, takesMs = 2_000): CoveredPollTimes => ({
  startedAt: T + n * MS_PER_MINUTE,
  finishedAt: T + n * MS_PER_MINUTE + takesMs,
})
const spans = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => span(from + i))
const options = { intervalSeconds: TEST_SOURCE_POLL_INTERVAL_SECONDS }

const extend = (kind: 'peers' | 'stats', ...runs: [TestPollSource, readonly CoveredPollTimes[]][]) =>
  db.transaction((client) =>
    extendCoverageByUnchangedPolls(
      client,
      runs.map(([{ sourceId }, polls]) => ({ ...options, sourceId, kind, polls })),
    ),
  )

async function stored(feed: TestPollSource): Promise<unknown> {
  const read = async (table: string) =>
    (
      await db.pool.query(
        `SELECT to_jsonb(t) - '{source_id,id,counter_id,session_id}'::text[] AS row FROM ${table} t
         WHERE source_id = $1 ORDER BY to_jsonb(t)::text`,
        [feed.sourceId],
      )
    ).rows.map(({ row }) => row)
  return {
    coverage: await read('coverage'),
    polls: await read('poll_state'),
    counters: await read('counter'),
    samples: (await read('counter_sample')).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    intervals: await read('session_interval'),
    prefixes: await read('session_prefixes'),
  }
}

describe('polls that read what the one before them read', () => {
  it.each([
    ['a whole gateway', { outcome: 'ok' as const, silentInstances: [] }],
    ['one whose instance is silent', { outcome: 'incomplete' as const, silentInstances: ['10.0.4.13'] }],
    ['one that Azure does not report', { outcome: 'unavailable' as const, silentInstances: [] }],
  ])('leave what they leave one by one: %s', async (_, reported) => {
    const rows = reported.outcome === 'unavailable' ? [] : [peerRow()]
    const [oneByOne, together, other] = [
      await createTestPollSource(db),
      await createTestPollSource(db),
      await createTestPollSource(db),
    ]
    for (const feed of [oneByOne, together, other]) {
      await feed.record('peers', { ...span(0), rows: [peerRow()] })
      await feed.record('peers', { ...span(1), rows, ...reported })
    }
    for (const poll of spans(2, 40)) await oneByOne.record('peers', { ...poll, rows, ...reported })
    await extend('peers', [other, spans(2, 9)], [together, spans(2, 20)])
    await extend('peers', [together, spans(21, 40)])
    // the next poll finds the same stored state
    const after = { ...span(41), rows: [peerRow({ state: 'idle', azureState: 'Idle' })] }
    const [a, b] = [await oneByOne.record('peers', after), await together.record('peers', after)]
    expect(b.changes).toEqual(a.changes)
    expect(await stored(together)).toEqual(await stored(oneByOne))
    expect(await stored(other)).toMatchObject({ polls: [{ polls: 10 }] })
  })

  it('begin an interval of coverage where the one in force has grown, as they do one by one', async () => {
    const [oneByOne, together] = [await createTestPollSource(db), await createTestPollSource(db)]
    const slower = { intervalSeconds: 2 * TEST_SOURCE_POLL_INTERVAL_SECONDS }
    for (const { record } of [oneByOne, together]) await record('peers', { ...span(0), rows: [peerRow()] })
    for (const poll of spans(1, 9)) await oneByOne.record('peers', { ...poll, rows: [peerRow()] }, slower)
    const kept: StoredPollStatesByKey = new Map()
    for (const polls of [spans(1, 5), spans(6, 9)]) {
      const run = { ...slower, sourceId: together.sourceId, kind: 'peers' as const, polls }
      await db.transaction((client) => extendCoverageByUnchangedPolls(client, [run], kept))
    }
    expect(await stored(together)).toEqual(await stored(oneByOne))
    const { coverage } = (await stored(together)) as { coverage: unknown[] }
    expect(coverage).toMatchObject([{ polls: 1 }, { polls: 9, interval_seconds: 120 }])
  })

  it('are refused where they would hide something', async () => {
    const feed = await createTestPollSource(db)
    await expect(extend('peers', [feed, [span(1)]])).rejects.toThrow('no poll to go on from')
    await feed.record('peers', { ...span(0), rows: [peerRow()] })
    const before = await stored(feed)
    await expect(extend('peers', [feed, [span(0)]])).rejects.toThrow('out of order')
    await expect(extend('peers', [feed, [span(2), span(1)]])).rejects.toThrow('a gap')
    await expect(extend('peers', [feed, [span(1), span(5)]])).rejects.toThrow('a gap')
    await expect(extend('peers', [feed, [span(1, 0)]])).rejects.toThrow('out of order')
    await extend('peers', [feed, []])
    expect(await stored(feed)).toEqual(before)
  })
})

it.each(['peers', 'stats'] as const)('%s of which is kept what they left leave the same', async (kind) => {
  const [read, remembered] = [await createTestPollSource(db), await createTestPollSource(db)]
  const kept: StoredPollStatesByKey = new Map()
  for (const feed of [read, remembered]) {
    const own = { ...options, sourceId: feed.sourceId, kind, key: `${feed.sourceId} ${kind}` }
    const observed = (n: number) => {
      const rows = kind === 'peers' ? [peerRow()] : [{ path: 'primary', bytesIn: BigInt(n), bytesOut: null }]
      return feed.observe(kind, { ...span(n), rows }) as CounterObservation
    }
    for (const n of [0, 1, 10, 20])
      await db.transaction(async (client) => {
        const known = kept.get(own.key)
        const { left } = await recordObservation(client, feed.sourceId, observed(n), { ...options, known })
        if (feed === remembered && left) kept.set(own.key, left)
        const polls = n === 0 ? [] : [1, 2, 3, 4, 5, 6, 7, 8].map((i) => observed(n + i))
        await (kind === 'peers' ? extendCoverageByUnchangedPolls : appendCounters)(client, [{ ...own, polls }], kept)
      })
  }
  expect([...kept.keys()]).toEqual([`${remembered.sourceId} ${kind}`])
  expect(await stored(remembered)).toEqual(await stored(read))
})

describe('counters that grow', () => {
  const stats = (n: number, bytesIn: bigint | null, bytesOut: bigint | null) => ({
    ...span(n),
    rows: [
      { path: 'primary', bytesIn, bytesOut },
      { path: 'secondary', bytesIn: 2n ** 64n + BigInt(n), bytesOut: 5n },
    ],
  })
  const observed = (feed: TestPollSource, polls: readonly ReturnType<typeof stats>[]) =>
    polls.map((poll) => feed.observe('stats', poll) as CounterObservation)
  const append = (feed: TestPollSource, polls: readonly ReturnType<typeof stats>[]) =>
    db.transaction((client) =>
      appendCounters(client, [{ ...options, sourceId: feed.sourceId, kind: 'stats', polls: observed(feed, polls) }]),
    )

  it('leave what they leave one by one', async () => {
    const [oneByOne, together] = [
      await createTestPollSource(db, { type: 'expressRouteCircuits' }),
      await createTestPollSource(db, { type: 'expressRouteCircuits' }),
    ]
    const polls = Array.from({ length: 30 }, (_, n) => stats(n, BigInt(n) * 10n ** 15n, n % 7 === 0 ? null : BigInt(n)))
    const [first, ...rest] = polls
    for (const feed of [oneByOne, together]) await feed.record('stats', first ?? stats(0, 0n, 0n))
    for (const poll of rest) await oneByOne.record('stats', poll)
    await append(together, rest.slice(0, 1))
    await append(together, rest.slice(1))
    expect(await stored(together)).toEqual(await stored(oneByOne))
  })

  it('are refused when one is new or fell', async () => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    await feed.record('stats', { ...span(0), rows: [{ path: 'primary', bytesIn: 10n, bytesOut: 10n }] })
    await expect(append(feed, [stats(1, 11n, 11n)])).rejects.toThrow("'secondary' is new")
    await feed.record('stats', stats(1, 11n, 11n))
    await expect(append(feed, [stats(2, 12n, 12n), stats(3, 11n, 13n)])).rejects.toThrow("'primary' fell")
  })
})

it('bulk writes have partitions for all of their days, and statistics after them', async () => {
  const days = [0, 1, 2].map((n) => T + n * 24 * 60 * MS_PER_MINUTE)
  await db.transaction((client) => prepareCounterPartitions(client, days[0] ?? T, days[2] ?? T))
  const { rows } = await db.pool.query<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'counter_sample'::regclass`,
  )
  const names = days.map((at) => `counter_sample_${new Date(at).toISOString().slice(0, 10).replaceAll('-', '')}`)
  expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(names))

  await (await createTestPollSource(db)).record('peers', { ...span(0), rows: [peerRow()] })
  await db.transaction(refreshStatistics)
  const { rows: planned } = await db.pool.query(`SELECT reltuples FROM pg_class WHERE relname = 'session'`)
  expect(planned[0].reltuples).toBeGreaterThan(0)
})

it('clearing takes all that was recorded and leaves what was set', async () => {
  const feed = await createTestPollSource(db)
  await feed.record('peers', { ...span(0), rows: [peerRow()] })
  await db.pool.query(`INSERT INTO deployment (key, value) VALUES ('kept', '1')`)
  await db.transaction(truncateRecordedTables)
  const { rows } = await db.pool.query(
    `SELECT (SELECT count(*)::int FROM resource) AS resources, (SELECT count(*)::int FROM coverage) AS coverage,
            (SELECT count(*)::int FROM session) AS sessions, (SELECT count(*)::int FROM counter_sample) AS samples,
            (SELECT count(*)::int FROM deployment WHERE key = 'kept') AS kept`,
  )
  expect(rows).toEqual([{ resources: 0, coverage: 0, sessions: 0, samples: 0, kept: 1 }])
})
