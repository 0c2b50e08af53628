import { describe, expect, it } from 'vitest'
import { type PeerRow, type SessionChange, type SummaryRow, INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'

import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readSessionHistory } from '#lib/sessions/store/index.ts'
import { computeShortId } from '../../store/short-id.ts'
import { createPastReader } from '../../past/past-reader.ts'
import { readSessionAddresses, readSessionsAtMoment } from '../../read/sessions/sessions-at.ts'
import { type TestPollSource, createTestPollSource, peerRow } from '../../testing/feed.ts'

const db = withTestDatabase()

const T = Date.UTC(2026, 10, 20, 3)
const started = (n: number) => T + n * 60_000
const finished = (n: number) => T + n * 60_000 + 2_000
const poll = <Rows>(n: number, rows: Rows) => ({ startedAt: started(n), finishedAt: finished(n), rows })

const connecting: Partial<PeerRow> = { state: 'connect', azureState: 'Connecting', routesReceived: null }

async function feedPeers(feed: TestPollSource, tables: readonly PeerRow[][]): Promise<SessionChange[]> {
  const changes: SessionChange[] = []
  for (const [n, rows] of tables.entries()) {
    const recorded = await feed.record('peers', poll(n, rows))
    changes.push(...recorded.changes.filter((change) => change.type === 'session'))
  }
  return changes
}

/**
 * Returns the row of the n-th poll for a session that is up since `at`; the sample is taken in the middle of the call.
 */
const upSince = (at: number, n: number, fields: Partial<PeerRow> = {}) =>
  peerRow({ connectedDurationMs: started(n) + 1_000 - at, ...fields })

async function one(feed: TestPollSource, at?: number) {
  const rows = await readSessionsAtMoment(createPastReader(db.pool, at), { scope: feed.resourceId })
  expect(rows).toHaveLength(1)
  const [row] = rows
  if (!row) throw new Error('no session')
  return row
}

describe('a session', () => {
  it('is first seen, lost and back, each between two polls', async () => {
    const feed = await createTestPollSource(db)
    const changes = await feedPeers(feed, [[peerRow()], [peerRow()], [peerRow(connecting)], [peerRow()]])
    expect(changes.map(({ before, after, between, first }) => [before?.state, after?.state, between, first])).toEqual([
      [undefined, 'established', { earliest: INSTANT_BEFORE_MONITORING, latest: finished(0) }, true],
      ['established', 'connect', { earliest: started(1), latest: finished(2) }, false],
      ['connect', 'established', { earliest: started(2), latest: finished(3) }, false],
    ])
  })

  it('counts only the transitions that were observed', async () => {
    const feed = await createTestPollSource(db)
    await feedPeers(feed, [[peerRow()], [peerRow(connecting)], [peerRow()], [peerRow(connecting)], [peerRow()]])
    expect((await one(feed)).establishedTransitions).toBe(2)
    expect((await one(feed, finished(0))).establishedTransitions).toBe(0)
    expect((await one(feed, finished(2))).establishedTransitions).toBe(1)
  })

  it('that shows `unknown` in between has not come up again', async () => {
    const feed = await createTestPollSource(db)
    await feedPeers(feed, [[peerRow()], [peerRow({ state: 'unknown', azureState: 'Unknown' })], [peerRow()]])
    expect((await one(feed)).establishedTransitions).toBe(0)
  })

  it('that never was established says so, now and then', async () => {
    const feed = await createTestPollSource(db)
    await feedPeers(feed, [[peerRow(connecting)], [peerRow()]])
    expect((await one(feed)).everEstablished).toBe(true)
    expect((await one(feed, finished(0))).everEstablished).toBe(false)
  })

  it('restarted between two polls is a change from established to established', async () => {
    const feed = await createTestPollSource(db)
    const first = T - 3_600_000
    const again = started(1) + 30_000
    const changes = await feedPeers(feed, [[upSince(first, 0)], [upSince(first, 1)], [upSince(again, 2)]])
    expect(changes.at(-1)).toMatchObject({
      before: { state: 'established', establishedAt: { earliest: first - 1_000, latest: first + 1_000 } },
      after: { state: 'established', establishedAt: { earliest: again - 1_000, latest: again + 1_000 } },
      between: { earliest: started(1), latest: finished(2) },
    })
    expect(await one(feed)).toMatchObject({
      establishedTransitions: 1,
      establishedAt: { earliest: again - 1_000, latest: again + 1_000 },
    })
    expect((await one(feed, started(1))).establishedAt).toEqual({ earliest: first - 1_000, latest: first + 1_000 })
  })

  it('whose age is printed in whole seconds came up somewhere in that second', async () => {
    const feed = await createTestPollSource(db)
    await feedPeers(feed, [[upSince(T - 3_600_000, 0, { durationUnitMs: 1_000 })]])
    expect((await one(feed)).establishedAt).toEqual({ earliest: T - 3_602_000, latest: T - 3_599_000 })
  })

  it('whose age contradicts what was seen before has not restarted', async () => {
    const feed = await createTestPollSource(db)
    const first = T - 3_600_000
    const changes = await feedPeers(feed, [[upSince(first, 0)], [upSince(first, 1)], [upSince(first + 60_000, 2)]])
    expect(changes).toHaveLength(1)
    expect((await one(feed)).establishedAt).toEqual({ earliest: first - 1_000, latest: first + 1_000 })
  })

  it('answered from a cache has not restarted', async () => {
    const feed = await createTestPollSource(db)
    const cached = upSince(T - 90_000, 0, { messagesSent: 7n, messagesReceived: 8n })
    expect(await feedPeers(feed, [[cached], [cached], [cached], [cached]])).toHaveLength(1)
  })

  it('without ages has restarted when a message counter fell', async () => {
    const feed = await createTestPollSource(db)
    const counted = (messagesSent: bigint) => peerRow({ messagesSent, messagesReceived: 9n })
    expect(await feedPeers(feed, [[counted(5n)], [counted(6n)], [counted(1n)]])).toHaveLength(2)
    expect((await one(feed)).establishedTransitions).toBe(1)
  })

  it('makes no interval out of message counts and ages that move', async () => {
    const feed = await createTestPollSource(db)
    const tables = Array.from({ length: 20 }, (_, n) => [
      upSince(T - 60_000, n, { messagesSent: BigInt(n), messagesReceived: BigInt(n) }),
    ])
    await feedPeers(feed, tables)
    const { rows } = await db.pool.query('SELECT count(*)::int AS n FROM session_interval WHERE source_id = $1', [
      feed.sourceId,
    ])
    expect(rows).toEqual([{ n: 0 }])
    expect(await one(feed)).toMatchObject({ messagesSent: '19', messagesReceived: '19', lastSeenAt: finished(19) })
  })

  it('keeps message counts beyond 2^53 to the last digit', async () => {
    const feed = await createTestPollSource(db)
    await feedPeers(feed, [[peerRow({ messagesSent: 9007199254740993n })]])
    expect((await one(feed)).messagesSent).toBe('9007199254740993')
  })

  it('had so many prefixes at each moment', async () => {
    const feed = await createTestPollSource(db)
    const counts = [3, 3, 50, 50]
    const tables = counts.map((routesReceived) => [peerRow({ routesReceived })])
    expect(await feedPeers(feed, [...tables, [peerRow(connecting)]])).toHaveLength(2)
    const at = await Promise.all([0, 1, 2, 3].map(async (n) => (await one(feed, finished(n))).prefixesReceived))
    expect(at).toEqual([3, 3, 50, 50])
    expect((await one(feed)).prefixesReceived).toBeNull()
  })

  it('whose row goes missing is reported with its last state, and counted', async () => {
    const feed = await createTestPollSource(db)
    const sibling = peerRow({ neighbor: '10.0.4.5' })
    await feedPeers(feed, [[peerRow(), sibling], [sibling]])
    const only = async () =>
      (await readSessionsAtMoment(db.pool, { scope: feed.resourceId })).find(({ neighbor }) => neighbor === '10.0.4.4')
    expect(await only()).toMatchObject({
      presence: 'missing',
      missingPolls: 1,
      last: { state: 'established' },
      since: { earliest: started(0), latest: finished(1) },
    })
    await feed.record('peers', poll(2, [sibling]))
    expect(await only()).toMatchObject({ presence: 'missing', missingPolls: 2 })
    const { changes } = await feed.record('peers', poll(3, [sibling, peerRow()]))
    expect(changes).toMatchObject([
      {
        before: null,
        after: { state: 'established' },
        between: { earliest: started(2), latest: finished(3) },
        first: false,
      },
    ])
    expect(await only()).toMatchObject({ presence: 'present', missingPolls: 0, establishedTransitions: 1 })
  })

  it('of a silent instance is neither gone nor changed', async () => {
    const feed = await createTestPollSource(db)
    const far = peerRow({ localAddress: '10.0.4.13' })
    await feed.record('peers', poll(0, [peerRow(), far]))
    const partly = { ...poll(1, [peerRow()]), outcome: 'incomplete' as const, silentInstances: ['10.0.4.13'] }
    expect((await feed.record('peers', partly)).changes).toMatchObject([{ type: 'outcome' }])
    const rows = await readSessionsAtMoment(db.pool, { scope: feed.resourceId })
    expect(rows.map(({ localAddress, presence }) => [localAddress, presence])).toEqual([
      ['10.0.4.12', 'present'],
      ['10.0.4.13', 'silent'],
    ])
  })

  it.each([
    { name: 'exact duplicates', rows: [peerRow(), peerRow()], state: 'established' },
    { name: 'a weaker duplicate', rows: [peerRow(connecting), peerRow()], state: 'established' },
    {
      name: 'two spellings of one address',
      rows: [peerRow({ neighbor: '2001:DB8::1' }), peerRow({ neighbor: '2001:db8:0::1' })],
      state: 'established',
    },
  ])('is one in spite of $name', async ({ rows, state }) => {
    const feed = await createTestPollSource(db)
    await feedPeers(feed, [rows, rows.toReversed()])
    expect((await one(feed)).last.state).toBe(state)
  })
})

describe('as of a moment', () => {
  it('has the state that the last ended poll read', async () => {
    const feed = await createTestPollSource(db)
    await feedPeers(feed, [[peerRow()], [peerRow()], [peerRow(connecting)], [peerRow(connecting)]])
    const stateAt = async (moment: number) => (await one(feed, moment)).last.state
    expect(await stateAt(started(1))).toBe('established')
    expect(await stateAt(finished(2) - 1)).toBe('established')
    expect(await stateAt(finished(2))).toBe('connect')
  })

  it('has the same addresses if only these are read, at each moment', async () => {
    const feeds = [await createTestPollSource(db), await createTestPollSource(db), await createTestPollSource(db)]
    for (const feed of feeds) {
      await feedPeers(feed, [[peerRow()], [peerRow(connecting), peerRow({ neighbor: '10.0.4.5' })], [peerRow()]])
    }
    const scopes = feeds.slice(0, 2).map(({ resourceId }) => computeShortId(resourceId))
    // the same statement is used for several moments, and again for the first
    for (const at of [undefined, started(1), finished(1), finished(2), started(1), T - 1]) {
      const past = createPastReader(db.pool, at)
      const all = (await readSessionsAtMoment(past)).flatMap(({ scope, kind, localAddress, neighbor, asn }) =>
        scopes.includes(scope) ? [{ scope, kind, localAddress, neighbor, asn }] : [],
      )
      expect(all.length).toBe(at === T - 1 ? 0 : at === started(1) ? 2 : 4)
      const own = await readSessionAddresses(past, db.pool, scopes)
      expect(own).toHaveLength(all.length)
      expect(own).toEqual(expect.arrayContaining(all))
      expect(await readSessionAddresses(past, db.pool, [])).toEqual([])
    }
  })

  it('nothing is claimed where nothing was polled', async () => {
    const feed = await createTestPollSource(db)
    await feed.record('peers', poll(0, [peerRow()]))
    await feed.record('peers', poll(60, [peerRow()]))
    expect((await one(feed, started(30))).poll.lastFinishedAt).toBe(finished(0))
    expect(await readSessionsAtMoment(createPastReader(db.pool, T - 1), { scope: feed.resourceId })).toEqual([])
  })
})

describe('a path’s summary', () => {
  const row: SummaryRow = {
    neighbor: '192.0.2.97',
    asn: 65001,
    state: 'established',
    azureState: '50',
    downReason: null,
    prefixesReceived: 50,
    upDown: { ms: 7_200_000, unitMs: 1_000 },
  }

  it('identifies its sessions by the neighbor, also once the local address is known', async () => {
    const feed = await createTestPollSource(db, {
      type: 'expressRouteCircuits',
      subresource: 'AzurePrivatePeering/primary',
    })
    await feed.record('summary', poll(0, [row]))
    const { changes } = await feed.record('summary', poll(1, [{ ...row, upDown: { ms: 7_260_000, unitMs: 1_000 } }]), {
      localAddresses: { ipv4: '192.0.2.98', ipv6: null },
    })
    expect(changes).toEqual([])
    expect(await one(feed)).toMatchObject({
      localAddress: '192.0.2.98',
      path: 'primary',
      peering: 'AzurePrivatePeering',
      prefixesReceived: 50,
    })
  })

  it('gives each neighbor the local address of its own family', async () => {
    const feed = await createTestPollSource(db, {
      type: 'expressRouteCircuits',
      subresource: 'AzurePrivatePeering/primary',
    })
    const rows = [row, { ...row, neighbor: 'FD00:0:2::61' }]
    const localAddresses = { ipv4: '192.0.2.98', ipv6: 'fd00:0:2::62' }
    const { changes } = await feed.record('summary', poll(0, rows), { localAddresses })
    expect(changes.filter(({ type }) => type === 'session')).toEqual([
      expect.objectContaining({ localAddress: '192.0.2.98', neighbor: '192.0.2.97' }),
      expect.objectContaining({ localAddress: 'fd00:0:2::62', neighbor: 'fd00:0:2::61' }),
    ])
  })
})

describe('the history of sessions', () => {
  it('comes in intervals, newest first, page by page', async () => {
    const feed = await createTestPollSource(db)
    await feedPeers(feed, [
      [peerRow()],
      [peerRow(connecting)],
      [peerRow()],
      [peerRow({ state: 'idle', azureState: 'Idle' })],
    ])
    const range = { scope: feed.resourceId, from: T, to: finished(9), limit: 3 }
    const page = await readSessionHistory(db.pool, range)
    const rest = await readSessionHistory(db.pool, { ...range, limit: 5, cursor: page.nextCursor ?? '' })
    expect([...page.rows, ...rest.rows].map(({ state, since, until }) => [state, since, until])).toEqual([
      ['idle', { earliest: started(2), latest: finished(3) }, null],
      ['established', { earliest: started(1), latest: finished(2) }, { earliest: started(2), latest: finished(3) }],
      ['connect', { earliest: started(0), latest: finished(1) }, { earliest: started(1), latest: finished(2) }],
      [
        'established',
        { earliest: INSTANT_BEFORE_MONITORING, latest: finished(0) },
        { earliest: started(0), latest: finished(1) },
      ],
    ])
    expect(rest.nextCursor).toBeNull()
    await expect(
      readSessionHistory(db.pool, { ...range, to: finished(8), cursor: page.nextCursor ?? '' }),
    ).rejects.toThrow('another query')
  })
})
