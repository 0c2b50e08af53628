import { describe, expect, it } from 'vitest'
import type { PollKind } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readMetricSeries } from '../read/traffic/metric-series.ts'
import { StaleStateError } from './stale-state-error.ts'
import {
  type LastPollStateInMemory,
  loadLastPolls,
  type UnchangedPoll,
  compareUnchangedPoll,
  recordUnchangedPolls,
} from './quiet-poll.ts'
import { comparePollWithStoredState } from './compare-poll.ts'
import {
  type TestPollSource,
  TEST_SOURCE_POLL_INTERVAL_SECONDS,
  createTestPollSource,
  peerRow,
  routeRow,
} from '../testing/feed.ts'

const db = withTestDatabase()

const T = Date.UTC(2026, 10, 20, 3)
const poll = (n: number, rows: unknown) => ({
  startedAt: T + n * 60_000,
  finishedAt: T + n * 60_000 + 2_000,
  rows,
})
const CIRCUIT = { type: 'expressRouteCircuits', subresource: 'AzurePrivatePeering/primary' }

/** Returns the rows of a source, without their IDs. */
async function left({ sourceId }: TestPollSource): Promise<unknown[]> {
  const found: unknown[] = []
  for (const table of [
    'coverage',
    'poll_state',
    'session',
    'arp_entry',
    'counter',
    'counter_sample',
    'metric_series',
    'metric_sample',
    'route',
    'activity_entry',
  ]) {
    const { rows } = await db.pool.query<{ row: string }>(
      `SELECT (to_jsonb(t) - ARRAY['id', 'source_id', 'counter_id', 'series_id', 'path_id', 'attributes_id'])::text AS row
       FROM ${table} t WHERE source_id = $1 ORDER BY 1`,
      [sourceId],
    )
    found.push({ table, rows: rows.map(({ row }) => row) })
  }
  return found
}

/**
 * Returns the poll as a quiet poll after the last one.
 * @throws Error if it is not quiet
 */
async function quiet(
  feed: TestPollSource,
  kind: PollKind,
  last: number,
  next: number,
  rows: unknown,
): Promise<UnchangedPoll> {
  const [remembered] = await loadLastPolls(db.pool, [
    { sourceId: feed.sourceId, observation: feed.observe(kind, poll(last, rows)) },
  ])
  const found =
    remembered &&
    compareUnchangedPoll(remembered, feed.observe(kind, poll(next, rows)), {
      intervalSeconds: TEST_SOURCE_POLL_INTERVAL_SECONDS,
    })
  if (!found) throw new Error('the poll is not quiet')
  return found
}

const bucket = (roleinstance: string, minute: number, average: number) => ({
  metric: 'ExpressRouteGatewayBitsPerSecond',
  unit: 'BitsPerSecond',
  dimensions: { roleinstance },
  // old enough to be evaluated
  at: T + (minute - 20) * 60_000,
  grainSeconds: 60,
  average,
  maximum: average,
  minimum: null,
  total: null,
})

const entry = (eventDataId: string, status = 'Started') => ({
  eventDataId,
  correlationId: null,
  at: T - 60_000,
  submittedAt: null,
  operation: 'write',
  status,
  resourceId: '/subscriptions/s/resourcegroups/g/providers/microsoft.network/expressroutecircuits/er1',
  caller: null,
  category: 'Administrative',
  health: null,
})

const kinds: { kind: PollKind; options: { type?: string; subresource?: string }; rows: unknown }[] = [
  { kind: 'peers', options: {}, rows: [peerRow(), peerRow({ neighbor: '10.0.4.5', routesReceived: 4 })] },
  { kind: 'learned', options: {}, rows: [routeRow('10.1.0.0/16'), routeRow('10.2.0.0/16')] },
  {
    kind: 'arp',
    options: CIRCUIT,
    rows: [{ ageMinutes: 10, interface: 'On-Prem', ipAddress: '192.0.2.97', macAddress: 'aaaa.bbbb.cccc' }],
  },
  { kind: 'metrics', options: {}, rows: [bucket('in_0', 0, 100), bucket('in_1', 0, 200), bucket('in_1', 1, 150)] },
  { kind: 'activity', options: { type: 'subscriptions' }, rows: [entry('a'), entry('b')] },
  { kind: 'activity', options: { type: 'subscriptions' }, rows: [] },
]

describe('polls that change nothing', () => {
  it.each(kinds)('$kind leave what recording each of them alone leaves', async ({ kind, options, rows }) => {
    const [alone, together] = [await createTestPollSource(db, options), await createTestPollSource(db, options)]
    for (const feed of [alone, together]) await feed.record(kind, poll(0, rows))
    for (const n of [1, 2, 3]) {
      await alone.record(kind, poll(n, rows))
      const found = await quiet(together, kind, n - 1, n, rows)
      await db.transaction((client) => recordUnchangedPolls(client, [found]))
    }
    expect(await left(together)).toEqual(await left(alone))
  })

  it('are refused together when one was recorded by somebody else meanwhile, and leave nothing', async () => {
    const rows = [peerRow()]
    const [first, second] = [await createTestPollSource(db), await createTestPollSource(db)]
    for (const feed of [first, second]) await feed.record('peers', poll(0, rows))
    const polls = [await quiet(first, 'peers', 0, 1, rows), await quiet(second, 'peers', 0, 1, rows)]
    await second.record('peers', poll(1, rows))
    const before = await Promise.all([left(first), left(second)])
    await expect(db.transaction((client) => recordUnchangedPolls(client, polls))).rejects.toThrow(StaleStateError)
    expect(await Promise.all([left(first), left(second)])).toEqual(before)
  })

  it('of metrics add new buckets and correct late ones; a series that is new is none of them', async () => {
    const feed = await createTestPollSource(db)
    await feed.record('metrics', poll(0, [bucket('in_0', 0, 100), bucket('in_0', 1, 50)]))
    const next = [bucket('in_0', 1, 80), bucket('in_0', 2, 70), bucket('in_0', 0, 100)]
    const found = await quiet(feed, 'metrics', 0, 1, next)
    await db.transaction((client) => recordUnchangedPolls(client, [found]))
    const { rows } = await db.pool.query('SELECT average FROM metric_sample WHERE source_id = $1 ORDER BY at', [
      feed.sourceId,
    ])
    expect(rows.map(({ average }) => average)).toEqual([100, 80, 70])
    const newest = { at: T - 18 * 60_000, average: 70, maximum: 70 }
    expect(found.after.series).toMatchObject([{ newest }])
    expect((await readMetricSeries(db.pool, [feed.sourceId])).get(feed.sourceId)).toEqual(found.after.series)
    await expect(quiet(feed, 'metrics', 1, 2, [bucket('in_1', 2, 1)])).rejects.toThrow('not quiet')
  })

  it.each([{ now: [entry('a'), entry('b')] }, { now: [entry('a', 'Succeeded')] }, { now: [] }])(
    'of the log have the same entries',
    async ({ now }) => {
      const feed = await createTestPollSource(db)
      await feed.record('activity', poll(0, [entry('a')]))
      // the poll is quiet if it reads the same rows
      const { before } = await quiet(feed, 'activity', 0, 1, [entry('a')])
      expect(
        compareUnchangedPoll(before as LastPollStateInMemory, feed.observe('activity', poll(1, now)), {
          intervalSeconds: TEST_SOURCE_POLL_INTERVAL_SECONDS,
        }),
      ).toBeNull()
    },
  )

  it('of metrics are refused where a newer bucket was recorded meanwhile', async () => {
    const feed = await createTestPollSource(db)
    await feed.record('metrics', poll(0, [bucket('in_0', 0, 100)]))
    const found = await quiet(feed, 'metrics', 0, 1, [bucket('in_0', 1, 80)])
    await db.pool.query('UPDATE metric_series SET at = $2 WHERE source_id = $1', [
      feed.sourceId,
      new Date(T + 5 * 60_000),
    ])
    await expect(db.transaction((client) => recordUnchangedPolls(client, [found]))).rejects.toThrow(StaleStateError)
  })

  it.each([
    { name: 'the very one of before', n: 1, bytes: 7n },
    { name: 'that began before', n: 0, bytes: 7n },
    { name: 'after a gap', n: 9, bytes: 7n },
    { name: 'of a counter that fell', n: 2, bytes: 6n },
    { name: 'with an error', n: 2, bytes: 7n, error: { code: 'UNREAD_ROWS' } },
    { name: 'of which an instance was silent', n: 2, bytes: 7n, silentInstances: ['10.0.4.12'] },
    { name: 'that failed', n: 2, bytes: 7n, outcome: 'timeout' },
  ])('are none $name', async ({ name: _, n, bytes, ...more }) => {
    const feed = await createTestPollSource(db, CIRCUIT)
    for (const at of [0, 1]) await feed.record('stats', poll(at, [stats('primary', 7n)]))
    const observed = (at: number, rows: unknown) => feed.observe('stats', poll(at, rows))
    const [last] = await loadLastPolls(db.pool, [{ sourceId: feed.sourceId, observation: observed(1, []) }])
    const quietAt = (at: number, own: bigint, others = {}) =>
      last &&
      compareUnchangedPoll(
        last,
        { ...observed(at, [stats('primary', own)]), ...others } as ReturnType<typeof observed>,
        {
          intervalSeconds: TEST_SOURCE_POLL_INTERVAL_SECONDS,
        },
      )
    expect(quietAt(2, 7n)).not.toBeNull()
    expect(quietAt(n, bytes, more)).toBeNull()
  })

  it('of a source that was never polled are compared with nothing', async () => {
    const feed = await createTestPollSource(db)
    const asked = { sourceId: feed.sourceId, observation: feed.observe('peers', poll(0, [])) }
    expect(await loadLastPolls(db.pool, [asked])).toEqual([null])
  })

  it('none of them ask nothing', async () => {
    await db.transaction((client) => recordUnchangedPolls(client, []))
    expect(await loadLastPolls(db.pool, [])).toEqual([])
  })
})

const idle = { state: 'idle', azureState: 'Idle', connectedDurationMs: null } as const
const up = { connectedDurationMs: 60_000, messagesSent: 7n, messagesReceived: 9n }
const arp = (ipAddress: string, macAddress: string | null) => ({
  ageMinutes: 1,
  interface: 'Microsoft',
  ipAddress,
  macAddress,
})
const stats = (path: string | null, bytesIn: bigint | null, bytesOut = bytesIn) => ({ path, bytesIn, bytesOut })
const connection = (connectionStatus: string, bytes: bigint) => ({
  connectionStatus,
  routingWeight: 0,
  fastPath: false,
  counters: stats(null, bytes),
  tunnels: [{ name: 'a', connectionStatus, ...stats(null, bytes), lastEstablishedAt: null }],
})

const changing: { kind: PollKind; options: { type?: string; subresource?: string }; polls: unknown[] }[] = [
  {
    kind: 'peers',
    options: {},
    polls: [
      [peerRow(up)],
      [peerRow(idle), peerRow({ ...up, neighbor: '10.0.4.5', asn: 65_001 })],
      [peerRow({ ...up, messagesReceived: 3n }), peerRow({ ...up, neighbor: '10.0.4.5', asn: 65_002 })],
      [peerRow({ ...up, routesReceived: 4 })],
      [],
      [],
      [peerRow(up)],
    ],
  },
  {
    kind: 'arp',
    options: CIRCUIT,
    polls: [
      [arp('192.0.2.1', 'aaaa')],
      [arp('192.0.2.1', 'bbbb'), arp('192.0.2.2', 'cccc')],
      [arp('192.0.2.2', null)],
      [],
      [arp('192.0.2.2', 'cccc'), arp('192.0.2.1', 'aaaa')],
    ],
  },
  {
    kind: 'stats',
    options: CIRCUIT,
    polls: [
      [stats('primary', 5n)],
      [stats('secondary', 1n), stats('primary', 7n), stats('primary', 9n)],
      [stats('primary', null), stats('secondary', 0n, null)],
    ],
  },
  {
    kind: 'connection',
    options: { type: 'connections' },
    polls: [[connection('Connected', 1n)], [connection('NotConnected', 0n)], [connection('Connected', 4n)], []],
  },
  {
    kind: 'metrics',
    options: {},
    polls: [
      [bucket('in_0', 0, 100), bucket('in_1', 1, 5)],
      [bucket('in_0', 1, 80), bucket('in_1', 0, 7)],
      [bucket('in_1', 1, 6)],
      [],
    ],
  },
]

/** Returns rows in a fixed order, without the IDs assigned by the database. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, own: unknown) => {
      if (typeof own === 'bigint') return String(own)
      if (key === 'id' || key === 'seriesId' || key === 'digest') return undefined
      return Array.isArray(own) ? own.toSorted((a, b) => (plainText(a) < plainText(b) ? -1 : 1)) : own
    }),
  )
const plainText = (value: unknown) =>
  JSON.stringify(value, (_, own: unknown) => (typeof own === 'bigint' ? String(own) : own))

describe('what a poll leaves', () => {
  it.each(changing)('of $kind is in memory as in the database, whatever changed', async ({ kind, options, polls }) => {
    const feed = await createTestPollSource(db, options)
    const load = async (n: number) => {
      const asked = { sourceId: feed.sourceId, observation: feed.observe(kind, poll(n, polls[n])) }
      return (await loadLastPolls(db.pool, [asked]))[0]
    }
    await feed.record(kind, poll(0, polls[0]))
    for (const [n, rows] of polls.entries()) {
      if (n === 0) continue
      const before = await load(n - 1)
      const step =
        before &&
        comparePollWithStoredState(before, feed.observe(kind, poll(n, rows)), {
          intervalSeconds: TEST_SOURCE_POLL_INTERVAL_SECONDS,
        })
      await feed.record(kind, poll(n, rows))
      expect(plain(step?.after)).toEqual(plain(await load(n)))
    }
  })
})
