import { beforeAll, expect, it } from 'vitest'
import type { AccessScope } from '#lib/contract/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import { ensurePartitions, saveResourceStates, computeShortId } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { limitToAccessScope } from '../scoped/scoped-reader.ts'
import { listSessions } from '#lib/sessions/answers/index.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  learnedRoute,
  pathRoute,
  createTestPollRecorder,
} from '../testing/record-feed.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 20, 3)
const at = (n: number) => T + n * 60_000
const GATEWAY = computeShortId(gatewayId('ergw'))
const [STAYS, GONE] = ['lon', 'ams'].map((name) => computeShortId(circuitId(name)))

const session = (neighbor: string) => ({
  localAddress: '10.0.4.12',
  neighbor,
  asn: 12_076,
  state: 'established' as const,
  azureState: 'Connected',
  connectedDurationMs: 3_600_000,
  routesReceived: 1,
  messagesSent: 1n,
  messagesReceived: 1n,
})

/** Returns the gateway's neighbors with the circuit to which each is mapped, as seen by a scope at a moment. */
async function neighborsAt(moment: number | null, scope: AccessScope = 'everything') {
  const now = at(12)
  const answer = await listSessions(
    await limitToAccessScope(db, scope, now),
    { scope: GATEWAY, limit: 100, ...(moment !== null && { at: moment }) },
    now,
  )
  const { data } = allApiEndpoints.sessions.response.parse(answer)
  return data.map(({ neighbor, mapping }) => [neighbor, mapping?.circuitId ?? null])
}

/** Creates two circuits on one gateway; one of them is removed between minutes 9 and 10. */
beforeAll(async () => {
  await ensurePartitions(db, T)
  const feed = createTestPollRecorder(db)
  const staying = [
    createGatewayRow('ergw'),
    createCircuitRow('lon'),
    createConnectionRow('lon-ergw', 'ergw', 'lon', 10),
  ]
  await feed.inventory(at(0), [...staying, createCircuitRow('ams'), createConnectionRow('ams-ergw', 'ergw', 'ams', 10)])
  const neighbors = ['10.0.4.4', '10.0.4.5', '10.0.4.6', '10.0.4.7']
  for (const n of [1, 11]) await feed.peers(at(n), 'ergw', neighbors.map(session))
  const [lon, ams] = ['10.10.0.0/16', '10.20.0.0/16']
  await feed.learned(
    at(1),
    'ergw',
    neighbors.map((peer, index) => learnedRoute(index < 2 ? lon : ams, { peer })),
  )
  for (const path of ['primary', 'secondary'] as const) {
    await feed.tables(at(1), 'lon', path, [pathRoute(lon)])
    await feed.tables(at(1), 'ams', path, [pathRoute(ams)])
  }
  await feed.inventory(at(10), staying)
  const released = { between: { earliest: at(9), latest: at(10) }, circuit: 'ams', by: 'removal' }
  const state = { version: 1, released: { '10.0.4.6': released, '10.0.4.7': released } }
  await saveResourceStates(db.pool, [{ scope: GATEWAY, state, recheckAt: null }])
  const none = { connect: null, subscriptions: [], tenants: [] }
  const customers = [
    { ...none, name: 'North', circuits: [STAYS ?? ''] },
    { ...none, name: 'South', circuits: [GONE ?? ''] },
    { ...none, name: 'Provider', circuits: [], subscriptions: ['99999999-2222-3333-4444-555555555555'] },
  ]
  await db.transaction((client) => saveDeclarationsAsNewVersion(client, { customers }, { by: 'ada', expected: null }))
})

it('maps no neighbor that went with its circuit to one that stays', async () => {
  expect(await neighborsAt(null)).toEqual([
    ['10.0.4.4', STAYS],
    ['10.0.4.5', STAYS],
    ['10.0.4.6', null],
    ['10.0.4.7', null],
  ])
})

it('maps it to its circuit as long as that was there', async () => {
  const then = await neighborsAt(at(2))
  expect(then.map(([, mapped]) => mapped)).toEqual([STAYS, STAYS, GONE, GONE])
})

it.each([
  { customer: 'North', seen: ['10.0.4.4', '10.0.4.5'] },
  { customer: 'Provider', seen: [] },
])('shows $customer no session of another customer’s removed circuit', async ({ customer, seen }) => {
  const rows = await neighborsAt(null, { subscriptions: [], customers: [customer] })
  expect(rows.map(([neighbor]) => neighbor)).toEqual(seen)
})
