import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ActivityRow, PollKind, SummaryRow } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readActivityAround } from '../read/config/activity-around.ts'
import { countPolls, replayPolls } from './replay-polls.ts'
import { computeShortId } from '../store/short-id.ts'
import { type TestPollSource, createTestPollSource } from '../testing/feed.ts'
import type { ModelPoll } from '../testing/naive-model.ts'
import { timelineInstances, generateTableTimelines } from '../testing/random-timeline.ts'
import {
  arpRows,
  inventoryRows,
  NO_MAC,
  peerRows,
  recordModelTimeline,
  routeRows,
} from '../testing/recorded-timeline.ts'

const db = withTestDatabase()
const EVER = { from: 0, to: Date.UTC(2100, 0, 1) }
const T0 = Date.UTC(2026, 10, 20, 3)

const CIRCUIT = 'microsoft.network/expressroutecircuits'
const summaryRows = ({ values }: ModelPoll): SummaryRow[] =>
  [...values].map(([key, value]) => {
    const [azureState = '', prefixes] = value.split(':')
    const state = azureState === 'Connected' ? 'established' : 'idle'
    return {
      neighbor: key.slice(1),
      asn: 65_001,
      state,
      azureState,
      downReason: null,
      prefixesReceived: Number(prefixes),
      upDown: null,
    }
  })

/** SQL of the stored intervals of each kind: values by key, with their four bounds. */
const bounds = 'x.last_absent, x.first_present, x.last_present, x.first_absent'
const sessions = `SELECT s.local_address, s.neighbor, x.azure_state AS value, ${bounds}
  FROM session s JOIN session_span x ON x.session_id = s.id WHERE s.source_id = $1
  UNION ALL
  SELECT s.local_address, s.neighbor, x.prefixes_received::text, ${bounds}
  FROM session s JOIN session_prefixes_span x ON x.session_id = s.id WHERE s.source_id = $1
  ORDER BY 1, 2, 5, 3`
const routes = `SELECT r.instance, r.peer, r.prefix::text, a.attributes AS value, ${bounds}
  FROM route r JOIN route_span x ON x.route_id = r.id
  JOIN route_attributes a ON (a.source_id, a.id) = (x.source_id, x.attributes_id)
  WHERE r.source_id = $1 ORDER BY 1, 2, 3, x.first_present`
const entries = `SELECT e.interface, e.ip_address, x.mac_address AS value, ${bounds}
  FROM arp_entry e JOIN arp_span x ON x.entry_id = e.id WHERE e.source_id = $1 ORDER BY 1, 2, x.first_present`

async function intervals(feed: TestPollSource, sql: string) {
  const { rows } = await db.pool.query(sql, [feed.sourceId])
  return rows
}

const sessionKeys = timelineInstances.flatMap((name) => [`${name} 10.0.4.4`, `${name} 10.0.4.5`])
const states = ['Connected:3', 'Connected:5', 'Idle:0', 'Connecting:0']
const macs = ['00:11:22:33:44:55', '00:11:22:33:44:66', NO_MAC]
const paths = ['65001', '65001-65001', '65001|65002']
const unnamed = { named: [] }

interface Kind {
  kind: PollKind
  timeline: fc.Arbitrary<ModelPoll[]>
  rowsOf: (poll: ModelPoll) => unknown
  sql: string
}
const kinds: Kind[] = [
  { kind: 'peers', timeline: generateTableTimelines(sessionKeys, states), rowsOf: peerRows, sql: sessions },
  {
    kind: 'summary',
    timeline: generateTableTimelines([' 10.0.0.1', ' 10.0.0.5'], states, unnamed),
    rowsOf: summaryRows,
    sql: sessions,
  },
  {
    kind: 'learned',
    timeline: generateTableTimelines(
      timelineInstances.map((name) => `${name} 10.1.0.0/16 10.0.4.4`),
      paths,
    ),
    rowsOf: routeRows,
    sql: routes,
  },
  {
    kind: 'tables',
    timeline: generateTableTimelines([' 10.1.0.0/16 10.0.0.1'], paths, unnamed),
    rowsOf: routeRows,
    sql: routes,
  },
  {
    kind: 'arp',
    timeline: generateTableTimelines([' On-Prem|10.0.0.1'], macs, unnamed),
    rowsOf: arpRows,
    sql: entries,
  },
]

async function* replayOf(feed: TestPollSource) {
  let last = 0
  for await (const { observation } of replayPolls(db.pool, { ...EVER, scopes: [computeShortId(feed.resourceId)] })) {
    expect(observation.startedAt).toBeGreaterThanOrEqual(last)
    last = observation.finishedAt
    yield observation
  }
}

describe('replayed history', () => {
  it.each(kinds)('leaves the same intervals with the same bounds: $kind', async ({ kind, timeline, rowsOf, sql }) => {
    await fc.assert(
      fc.asyncProperty(timeline, async (polls) => {
        const [first, again] = [await createTestPollSource(db), await createTestPollSource(db)]
        const model = await recordModelTimeline(first, kind, polls, (poll) =>
          poll.outcome === 'timeout' ? [] : rowsOf(poll),
        )
        let replayed = 0
        for await (const observation of replayOf(first)) {
          replayed += 1
          expect((await again.record(kind, observation)).status).toBe('recorded')
        }
        expect(await intervals(again, sql)).toEqual(await intervals(first, sql))
        const counted = await countPolls(db.pool, { ...EVER, scopes: [computeShortId(first.resourceId)] })
        expect(counted).toBe(model.polls.length)
        expect(replayed).toBeLessThanOrEqual(counted)
      }),
      { numRuns: 15 },
    )
  })

  it('has the counters of each poll, and counts the polls of a period', async () => {
    const feed = await createTestPollSource(db, { type: 'expressRouteCircuits' })
    const scopes = [computeShortId(feed.resourceId)]
    const polls = [0, 1, 2, 9].map((n) => ({
      startedAt: T0 + n * MS_PER_MINUTE,
      finishedAt: T0 + n * MS_PER_MINUTE + 900,
      rows: [
        { path: 'primary', bytesIn: BigInt(n), bytesOut: null },
        { path: 'secondary', bytesIn: null, bytesOut: 2n ** 64n + BigInt(n) },
      ],
    }))
    for (const poll of polls) await feed.record('stats', poll)
    const replayed = []
    for await (const { startedAt, finishedAt, rows } of replayOf(feed)) replayed.push({ startedAt, finishedAt, rows })
    expect(replayed).toEqual(polls)
    expect(await countPolls(db.pool, { from: T0 + 3 * MS_PER_MINUTE, to: T0 + 20 * MS_PER_MINUTE, scopes })).toBe(1)
    expect(await countPolls(db.pool, { from: T0, to: T0 + 5 * MS_PER_MINUTE, scopes })).toBe(3)
    expect(await countPolls(db.pool, { from: T0, to: T0 + 5 * MS_PER_MINUTE, scopes: [] })).toBe(0)
  })

  it('has what an inventory listed, with each configuration at its time', async () => {
    const [feed, again] = [
      await createTestPollSource(db, { type: 'subscriptions' }),
      await createTestPollSource(db, { type: 'subscriptions' }),
    ]
    const armId = `/subscriptions/s/resourceGroups/rg/providers/${CIRCUIT}/replayed`
    const skus = ['Standard', 'Standard', 'Premium', null, 'Premium']
    const polls = skus.map((sku, n): ModelPoll => {
      const startedAt = T0 + n * MS_PER_MINUTE
      const values = new Map(sku === null ? [] : [[`${CIRCUIT} ${armId}`, sku]])
      return { startedAt, finishedAt: startedAt + 900, outcome: 'ok', silent: [], values }
    })
    await recordModelTimeline(feed, 'inventory', polls, inventoryRows([CIRCUIT]))
    const listed = []
    for await (const { rows } of replayOf(feed)) {
      const { resources } = rows as ReturnType<ReturnType<typeof inventoryRows>>
      const own = resources.find(({ resourceId }) => resourceId === armId)
      listed.push((own?.config.properties as { sku: string } | undefined)?.sku ?? null)
    }
    expect(listed).toEqual(skus)
    expect(again.sourceId).not.toBe(feed.sourceId)
  })

  it('has each Activity log entry in the poll that first read it', async () => {
    const [feed, again] = [
      await createTestPollSource(db, { type: 'subscriptions' }),
      await createTestPollSource(db, { type: 'subscriptions' }),
    ]
    const entry = (n: number): ActivityRow => ({
      eventDataId: `entry-${n}`,
      correlationId: null,
      at: T0 - n * MS_PER_MINUTE,
      submittedAt: null,
      operation: 'write',
      status: 'Succeeded',
      resourceId: '/subscriptions/s/resourcegroups/g/providers/microsoft.network/expressroutecircuits/er1',
      caller: null,
      category: 'Administrative',
    })
    // lists overlap, and an entry may arrive an hour late
    const lists = [[], [1], [1, 2], [], [2, 90]]
    for (const [n, list] of lists.entries()) {
      const startedAt = T0 + n * MS_PER_MINUTE
      await feed.record('activity', { startedAt, finishedAt: startedAt + 900, rows: list.map(entry) })
    }
    const read = []
    for await (const observation of replayOf(feed)) {
      const rows = observation.rows as ActivityRow[]
      if (rows.length > 0)
        read.push([(observation.startedAt - T0) / MS_PER_MINUTE, rows.map(({ eventDataId }) => eventDataId)])
      await again.record('activity', observation)
    }
    expect(read).toEqual([
      [1, ['entry-1']],
      [2, ['entry-2']],
      [4, ['entry-90']],
    ])
    const within = { earliest: T0 - 100 * MS_PER_MINUTE, latest: T0 }
    const [around = []] = await readActivityAround(db.pool, [{ resourceId: entry(1).resourceId, within }])
    expect(around.map(({ id }) => id)).toEqual(['entry-90', 'entry-90', 'entry-2', 'entry-2', 'entry-1', 'entry-1'])
  })
})
