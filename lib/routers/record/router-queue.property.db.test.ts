import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import type { RouterNeighborReport } from '#lib/contract/index.ts'
import { createTestRouterRouteAttributes, createTestSessionUpReport } from '#lib/routers/store/testing/reports.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { RouterQueueMemory, type RecordedConnection, RouterQueue } from './router-queue.ts'
import { addBmpConnection, recordRouterReports } from '../store/index.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 22, 3)
const PEERS = ['192.0.2.98', '192.0.2.102'].map((neighbor) => ({
  type: 'global' as const,
  distinguisher: '0'.repeat(16),
  neighbor,
}))

/** Builds a report about a peer at a given time. */
type Said = (peer: (typeof PEERS)[number], at: number, notBefore: number | null) => RouterNeighborReport
const state =
  (reason: 'localWithoutNotification' | 'monitoringStopped'): Said =>
  (peer, at, notBefore) => ({
    type: 'sessionDown',
    peer,
    at,
    notBefore,
    neighborAsn: 12076,
    reason: reason === 'monitoringStopped' ? { by: reason } : { by: reason, fsmEvent: 0 },
  })
const about = { view: 'adjInPre' as const, pathId: null }
const route = fc
  .record({ prefix: fc.constantFrom('10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16'), med: fc.constantFrom(null, 5, 10) })
  .map(
    ({ prefix, med }): Said =>
      (peer, at, notBefore) => ({
        type: 'route',
        peer,
        at,
        notBefore,
        ...about,
        prefix,
        attributes: med === null ? null : createTestRouterRouteAttributes({ med }),
      }),
  )
const said = fc.oneof(
  { weight: 12, arbitrary: route },
  {
    weight: 3,
    arbitrary: fc.constant<Said>((peer, at, notBefore) => createTestSessionUpReport(at, { peer, notBefore })),
  },
  { weight: 3, arbitrary: fc.constant(state('localWithoutNotification')) },
  { weight: 1, arbitrary: fc.constant(state('monitoringStopped')) },
  {
    weight: 1,
    arbitrary: fc.constant<Said>((peer, at) => ({ type: 'sessionUnread', peer, at, notBefore: null, detail: '' })),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Said>((peer, at) => ({
      type: 'tableRead',
      peer,
      at,
      notBefore: null,
      ...about,
      family: 'ipv4',
    })),
  },
)
interface Step {
  said: Said
  peer: (typeof PEERS)[number]
  after: number
  ago: number | null
  isEndOfBatch: boolean
}
const step: fc.Arbitrary<Step> = fc.record({
  said,
  peer: fc.constantFrom(...PEERS),
  /** delay in milliseconds before the report; 0 = several reports arrive together */
  after: fc.constantFrom(0, 0, 400, 3_000),
  /** milliseconds between the time that the router states and the arrival; null = not stated */
  ago: fc.constantFrom(null, 0, 1_000),
  isEndOfBatch: fc.boolean(),
})
const isStated = ({ type }: RouterNeighborReport) => type === 'sessionUp' || type === 'sessionDown'

/**
 * Returns the reports of one connection, in batches. A router first states each session, and sends no reports about an
 * unobserved session until it is stated again.
 */
function batchesFrom(steps: readonly Step[], from: number): RouterNeighborReport[][] {
  const batches: RouterNeighborReport[][] = [PEERS.map((peer) => createTestSessionUpReport(from, { peer }))]
  const hidden = new Set<string>()
  let at = from
  for (const { said: say, peer, after, ago, isEndOfBatch } of steps) {
    at += after
    const report = say(peer, at, ago === null ? null : at - ago)
    if (isStated(report)) hidden.delete(peer.neighbor)
    if (hidden.has(peer.neighbor)) continue
    if (report.type === 'sessionUnread' || (report.type === 'sessionDown' && report.reason.by === 'monitoringStopped'))
      hidden.add(peer.neighbor)
    batches.at(-1)?.push(report)
    if (isEndOfBatch) batches.push([])
  }
  return batches
}

let made = 0
async function connection(address: string, at: number): Promise<RecordedConnection> {
  const key = await addBmpConnection(db.pool, { address, name: 'ce', software: null, at })
  const fail = (failure: unknown) => {
    throw failure
  }
  return { key, connectedAt: at, waiting: 0, hasFailed: false, recordedUpTo: at, fail }
}

/** Returns all history of a router without row IDs. */
async function keptOf(routerId: number): Promise<unknown[]> {
  const { rows } = await db.pool.query(
    `SELECT s.neighbor, s.state, s.reason, s.observed_until, s.gap_from, s.last_absent, s.first_present, s.last_present, s.seen_at, c.from_at, c.to_at,
       (SELECT jsonb_agg(to_jsonb(i) - 'id' - 'session_id' ORDER BY i.id) FROM router_session_interval i WHERE i.session_id = s.id) AS past,
       (SELECT jsonb_agg(to_jsonb(r) - 'id' - 'session_id' - 'attributes_id' || jsonb_build_object('attributes', a.attributes, 'past', (
          SELECT jsonb_agg(to_jsonb(i) - 'id' - 'route_id' - 'attributes_id' || jsonb_build_object('med', b.attributes -> 'med') ORDER BY i.id)
          FROM router_route_interval i JOIN router_route_attributes b ON b.router_id = s.router_id AND b.id = i.attributes_id
          WHERE i.route_id = r.id)) ORDER BY r.prefix)
        FROM router_route r LEFT JOIN router_route_attributes a ON a.router_id = s.router_id AND a.id = r.attributes_id
        WHERE r.session_id = s.id) AS routes
     FROM router_session s JOIN router_connection c ON c.id = s.connection_id WHERE s.router_id = $1 ORDER BY s.neighbor`,
    [routerId],
  )
  return rows
}

it('history is the same whether states are recorded ahead of routes or everything one by one', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 10, maxLength: 40 }),
      fc.array(step, { maxLength: 15 }),
      fc.integer({ min: 1, max: 5 }),
      async (first, second, size) => {
        const between = T + 600_000
        const all = [
          { at: T, batches: batchesFrom(first, T) },
          { at: between, batches: batchesFrom(second, between) },
        ]
        const [plain, queued] = [`10.20.${made >> 8}.${made & 255}`, `10.21.${made >> 8}.${made++ & 255}`]
        let routerId = 0
        for (const { at, batches } of all) {
          const { key } = await connection(plain, at)
          for (const report of batches.flat()) await recordRouterReports(db, key, at, [report])
          routerId = key.routerId
        }
        const work = { db, insist: <R>(one: () => Promise<R>) => one(), changed: async () => undefined }
        const queue = new RouterQueue(work, new RouterQueueMemory(), { first: size, smallest: size, largest: size })
        const reporting: RecordedConnection[] = []
        for (const { at, batches } of all) {
          const from = await connection(queued, at)
          reporting.push(from)
          // all batches are queued while the first is recorded, because no caller waits for room
          for (const batch of batches) void queue.push(from, batch)
        }
        for (const from of reporting) await queue.settled(from)
        expect(await keptOf(reporting[0]?.key.routerId ?? 0)).toEqual(await keptOf(routerId))
      },
    ),
    { numRuns: 12 },
  )
}, 120_000)

it('records the ends of sessions before it ends their routes', async () => {
  const from = await connection('10.22.0.1', T)
  const work = { db, insist: <R>(one: () => Promise<R>) => one(), changed: async () => undefined }
  const queue = new RouterQueue(work, new RouterQueueMemory())
  const routes = PEERS.map((peer): RouterNeighborReport => {
    const attributes = createTestRouterRouteAttributes({})
    return { type: 'route', peer, at: T, notBefore: null, ...about, prefix: '10.1.0.0/16', attributes }
  })
  await queue.push(from, [...PEERS.map((peer) => createTestSessionUpReport(T, { peer })), ...routes])
  await queue.settled(from)
  const count = async (sql: string) =>
    (await db.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`, [from.key.routerId])).rows[0]?.n
  const client = await db.pool.connect()
  await client.query('BEGIN')
  await client.query('LOCK TABLE router_route IN ACCESS EXCLUSIVE MODE')
  const downs = PEERS.map((peer) => state('localWithoutNotification')(peer, T + 1_000, null))
  try {
    await queue.push(from, downs)
    await vi.waitFor(async () =>
      expect(await count("router_session WHERE router_id = $1 AND state = 'down'")).toBe(PEERS.length),
    )
  } finally {
    await client.query('COMMIT')
    client.release()
  }
  await queue.settled(from)
  const present = 'router_route r JOIN router_session s ON s.id = r.session_id WHERE r.attributes_id IS NOT NULL'
  expect(await count(`${present} AND s.router_id = $1`)).toBe(0)
})
