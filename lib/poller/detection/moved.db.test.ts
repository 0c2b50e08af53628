import { describe, expect, it } from 'vitest'
import type { EpochMs, PollObservation, ResourceRow } from '#lib/contract/index.ts'
import { requestResourceSeparation } from '#lib/declarations/store/resource-joins.ts'
import { getOrCreateSourceId, listEvents, readCurrentDeclarations, computeShortId } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getCircuit } from '#lib/circuits/answers/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { getGateway } from '#lib/gateways/answers/index.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  TEST_ESTATE_GATEWAY_ARM_ID,
  testFieldsOfIdleSession,
  createGatewayPeer,
  createInventoryRows,
  TEST_ESTATE_SUBSCRIPTION_ARM_ID,
} from '#lib/questions/testing/estate-feed.ts'
import { recordPollAndRunDetection } from '../commit/commit-poll.ts'
import { TopologyCache } from './topology-cache.ts'

const T = Date.UTC(2026, 10, 20, 3)
const TYPES = [...new Set(createInventoryRows().map(({ type }) => type))]
const SESSIONS = ['10.0.4.4', '10.0.4.5'].flatMap((neighbor) => [
  createGatewayPeer('10.0.4.12', neighbor),
  createGatewayPeer('10.0.4.13', neighbor),
])

function worker(db: ReturnType<typeof withTestDatabase>) {
  const estate = new TopologyCache()
  const record = async (kind: PollObservation['kind'], resourceId: string, at: EpochMs, rows: unknown) => {
    const target = { resourceId, subresource: '' }
    const sourceId = await getOrCreateSourceId(db.pool, target)
    const of = { outcome: 'ok', error: null, silentInstances: [], budget: null, correlationId: 'test' }
    const observation = { target, kind, startedAt: at, finishedAt: at + 500, ...of, rows } as unknown as PollObservation
    const options = { intervalSeconds: 60, localAddresses: null, estate }
    await db.transaction((client) => recordPollAndRunDetection(client, sourceId, observation, options))
    return sourceId
  }
  return {
    inventory: (minute: number, rows: ResourceRow[]) =>
      record('inventory', TEST_ESTATE_SUBSCRIPTION_ARM_ID, T + minute * MS_PER_MINUTE, {
        resources: rows,
        listedTypes: TYPES,
        failedTypes: [],
      }),
    peers: (minute: number, rows = SESSIONS, gateway = TEST_ESTATE_GATEWAY_ARM_ID) =>
      record('peers', gateway, T + minute * MS_PER_MINUTE + 10_000, rows),
    stats: (minute: number, bytes: bigint, circuit = TEST_ESTATE_CIRCUIT_ARM_ID) =>
      record('stats', circuit, T + minute * MS_PER_MINUTE + 20_000, [
        { path: 'primary', bytesIn: bytes, bytesOut: bytes },
      ]),
  }
}

const withKey = (rows: ResourceRow[], key: string) =>
  rows.map((row) =>
    row.resourceId === TEST_ESTATE_CIRCUIT_ARM_ID ? { ...row, identities: [`serviceKey:${key}`] } : row,
  )
const without = (rows: ResourceRow[]) => rows.filter(({ resourceId }) => resourceId !== TEST_ESTATE_CIRCUIT_ARM_ID)

describe('a circuit that was concluded to be removed and is listed again', () => {
  const db = withTestDatabase()
  const { inventory, peers, stats } = worker(db)
  const id = computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID)
  const events = async () => (await listEvents(db.pool, { limit: 100 })).rows

  it('comes back with its sources, bytes and declarations, and its removal explains nothing later', async () => {
    const all = withKey(createInventoryRows(), 'wrong')
    await inventory(0, all)
    for (const minute of [0, 1, 2]) await peers(minute)
    const sourceId = await stats(0, 1_000n)
    await db.transaction((client) =>
      saveDeclarationsAsNewVersion(
        client,
        { sites: [{ name: 'DC', prefixes: ['10.1.0.0/16'], home: id, routers: [] }] },
        {
          by: 'alice',
          expected: null,
        },
      ),
    )
    await inventory(3, without(all))
    expect((await events()).map(({ kind }) => kind)).not.toContain('resource_removed')
    await inventory(4, without(all))
    expect(await events()).toMatchObject([
      { kind: 'resource_removed', scope: id, started: { earliest: T, latest: T + 3 * MS_PER_MINUTE + 500 } },
    ])
    await inventory(5, all)
    const [returned, removed] = (await events()).toSorted((a, b) => b.detectedAt - a.detectedAt)
    expect(returned).toMatchObject({ kind: 'resource_returned', scope: id, severity: 'info' })
    expect(removed).toMatchObject({ kind: 'resource_removed', flags: expect.arrayContaining(['undone']) })
    expect(await stats(6, 5_000n)).toBe(sourceId)
    const { rows } = await db.pool.query('SELECT bytes_in, previous_bytes_in FROM counter WHERE source_id = $1', [
      sourceId,
    ])
    expect(rows).toEqual([{ bytes_in: '5000', previous_bytes_in: '1000' }])
    expect((await readCurrentDeclarations(db.pool)).sites).toMatchObject([{ name: 'DC', home: id }])
    expect((await getCircuit(db, TEST_ESTATE_CIRCUIT_ARM_ID)).data).toMatchObject({ id, movedFrom: null })
    await peers(6)
    await peers(
      7,
      SESSIONS.map((row) => ({ ...row, ...testFieldsOfIdleSession })),
    )
    await peers(
      8,
      SESSIONS.map((row) => ({ ...row, ...testFieldsOfIdleSession })),
    )
    const falls = (await events()).filter(({ kind }) => kind === 'session_down' || kind === 'peer_lost')
    expect(falls.length).toBeGreaterThan(0)
    expect(falls.filter(({ partOf }) => partOf === removed?.key)).toEqual([])
  })
})

describe('a circuit that is moved to another resource group', () => {
  const db = withTestDatabase()
  const { inventory, peers, stats } = worker(db)

  it('has an event of it, none of a removal, and one history under both ARM ids', async () => {
    const all = withKey(createInventoryRows(), 'moved')
    const to = TEST_ESTATE_CIRCUIT_ARM_ID.replace('/Edge/', '/Hub/')
    const text = JSON.stringify(all).replaceAll(new RegExp(TEST_ESTATE_CIRCUIT_ARM_ID, 'gi'), to)
    const moved = (JSON.parse(text) as ResourceRow[]).map((row) =>
      row.resourceId === to ? { ...row, resourceGroup: 'Hub' } : row,
    )
    await inventory(0, all)
    const id = computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID)
    for (const minute of [0, 1]) await peers(minute)
    const sourceId = await stats(0, 1_000n)
    await inventory(2, moved)
    expect(await stats(3, 4_000n, to)).toBe(sourceId)
    const { rows } = await listEvents(db.pool, { limit: 100 })
    expect(rows.map(({ kind, scope, subject }) => [kind, scope, subject])).toEqual([['resource_moved', id, 'ckt-lon']])
    for (const name of [id, TEST_ESTATE_CIRCUIT_ARM_ID, to]) {
      expect((await getCircuit(db, name)).data).toMatchObject({
        id,
        resourceId: to,
        resourceGroup: 'Hub',
        movedFrom: {
          resourceId: TEST_ESTATE_CIRCUIT_ARM_ID,
          between: { earliest: T, latest: T + 2 * MS_PER_MINUTE + 500 },
        },
        connections: [{ name: 'lon-to-hub' }],
      })
    }
    expect((await getGateway(db, computeShortId(TEST_ESTATE_GATEWAY_ARM_ID))).data).toMatchObject({ movedFrom: null })
    // after a user separated the two resources, each has its own history
    await requestResourceSeparation(db.pool, id)
    await inventory(4, moved)
    const { rows: later } = await listEvents(db.pool, { limit: 100 })
    const parted = later.find(({ kind }) => kind === 'resource_parted')
    expect(parted).toMatchObject({ scope: computeShortId(to), subject: 'ckt-lon', severity: 'info' })
    expect(parted?.evidence).toMatchObject([{ field: 'history of', before: TEST_ESTATE_CIRCUIT_ARM_ID, after: null }])
    expect(parted?.scope).not.toBe(id)
    expect((await getCircuit(db, to)).data).toMatchObject({ id: parted?.scope, movedFrom: null })
    expect(await stats(5, 6_000n, to)).not.toBe(sourceId)
  })
})
