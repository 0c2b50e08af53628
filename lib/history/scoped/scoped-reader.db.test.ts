import { beforeAll, describe, expect, it } from 'vitest'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readCurrentDeclarations } from '../read/config/declarations.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { readGatewaySessions, readOwnedResources, readOwnedSources } from './owned-resources.ts'
import { readResourcePage } from '../read/config/resources.ts'
import {
  moveAccessScopeToConnection,
  getConnectionBelowScope,
  createScopedReader,
  readTableNames,
  getReaderVisibility,
} from './scoped-reader.ts'
import { rollUpChurn } from '../rollup/roll-up-churn.ts'
import { readRouteChurn } from '#lib/routes/store/route-churn.ts'
import type { RowsVisibleInAccessScope } from './visible-rows.ts'
import { createTestPollSource, peerRow, routeRow } from '../testing/feed.ts'
import { limitStatementToAccessScope } from './limit-statement.ts'
import { getRegisteredTables } from '../registered-tables.ts'

const NOTHING: RowsVisibleInAccessScope = {
  audience: '',
  resources: [],
  shortIds: [],
  armKeys: [],
  subscriptions: [],
  customers: [],
  shared: [],
  sharedShortIds: [],
  sources: [],
  sharedSources: [],
  hiddenSessions: [],
  shownSessions: [],
  foreignMembers: [],
  ownMembers: [],
  othersMembers: [],
  ownChildren: [],
  routerSessions: [],
  routers: [],
  parts: { sources: [], own: [], others: [], proven: [], interfaces: [], appliances: [] },
  othersChildren: [],
  naming: [],
}

const db = withTestDatabase()
const OWN = '10.0.4.4'
const FOREIGN = '10.0.4.5'
/** Row IDs of the gateway's resource and source, and of its sessions by neighbor. */
let gateway = { row: 0, sourceId: 0, sessions: new Map<string, number>() }
let tables: string[] = []
const reader = (visible: Partial<RowsVisibleInAccessScope>) =>
  createScopedReader(db.pool, { ...NOTHING, ...visible }, tables)

/** Name of a partition of raw samples, which statements never use directly. */
const PARTITION = /_(\d{8}|default)$/
const AT = Date.UTC(2026, 10, 20)

beforeAll(async () => {
  const poll = { startedAt: AT, finishedAt: AT + 1_000 }
  const feed = await createTestPollSource(db, { name: 'ergw-common' })
  await feed.record('peers', { ...poll, rows: [OWN, FOREIGN].map((neighbor) => peerRow({ neighbor })) })
  const route = (prefix: string, peer: string) => routeRow(prefix, { peer, nextHop: peer })
  const both = [route('10.1.0.0/16', OWN), route('10.1.0.0/16', FOREIGN)]
  const rest = [route('10.2.0.0/16', FOREIGN), route('10.2.0.0/16', '10.0.4.13'), route('10.3.0.0/16', '10.0.4.13')]
  const ownSpace = route('10.4.0.0/16', '10.0.4.12')
  await feed.record('learned', { ...poll, rows: [...both, ...rest, ownSpace] })
  await createTestPollSource(db, { name: 'ergw-other' })
  tables = await readTableNames(db.pool)
  const row = (await readOwnedResources(db.pool)).find(({ name }) => name === 'ergw-common')?.row ?? 0
  const sessions = await readGatewaySessions(db.pool, [row])
  gateway = {
    row,
    sourceId: (await readOwnedSources(db.pool)).find(({ resource }) => resource === row)?.sourceId ?? 0,
    sessions: new Map(sessions.map(({ neighbor, sessionId }) => [neighbor, sessionId])),
  }
}, 60_000)

describe('every table and view', () => {
  it('has a rule, or is seen empty', async () => {
    // each table is registered by its room, with a rule for scopes
    expect([...getRegisteredTables().keys()].toSorted()).toEqual(
      tables.filter((table) => !PARTITION.test(table)).toSorted(),
    )
    const empty = await reader({}).query('SELECT * FROM notify_channel, declaration, deployment')
    expect(empty.rows).toEqual([])
  })

  it('keeps its columns in the rule', async () => {
    for (const [table, { scope }] of getRegisteredTables()) {
      if (scope === 'hidden') continue
      const ask = `SELECT * FROM ${table} LIMIT 0`
      const [scoped, whole] = [await reader({}).query(ask), await db.pool.query(ask)]
      const namesOf = (fields: { name: string; dataTypeID: number }[]) =>
        fields.map(({ name, dataTypeID }) => `${name} ${dataTypeID}`).toSorted()
      expect(namesOf(scoped.fields), table).toEqual(namesOf(whole.fields))
    }
  })
})

describe('a question of a scoped reader', () => {
  const seen = () => ({ resources: [gateway.row], sources: [gateway.sourceId] })
  const parts = (): RowsVisibleInAccessScope['parts'] => ({
    ...NOTHING.parts,
    sources: [gateway.sourceId],
    own: [{ sourceId: gateway.sourceId, peer: OWN, company: 0 }],
    others: [{ sourceId: gateway.sourceId, peer: FOREIGN, company: 0 }],
  })
  const count = async (visible: Partial<RowsVisibleInAccessScope>, text: string, values?: unknown[]) =>
    (await reader(visible).query<{ n: number }>(text, values)).rows[0]?.n

  it.each([
    'SELECT count(*)::int AS n FROM session WHERE neighbor <> $1',
    ' -- sessions\n SELECT count(*)::int AS n FROM session WHERE neighbor <> $1',
    'WITH own AS (SELECT * FROM session WHERE neighbor <> $1) SELECT count(*)::int AS n FROM own',
    'WITH RECURSIVE own AS (SELECT id FROM session WHERE neighbor <> $1 UNION SELECT id FROM own) SELECT count(*)::int AS n FROM own',
    'SELECT (SELECT count(*) FROM session s WHERE s.neighbor <> $1)::int AS n',
  ])('%s', async (text) => {
    expect(await count(seen(), text, ['x'])).toBe(2)
    expect(await count({}, text, ['x'])).toBe(0)
  })

  it('is the same where connections keep it by its name', async () => {
    const prepared = { name: 'sessions', text: 'SELECT count(*)::int AS n FROM session_span', values: [] }
    expect((await reader(seen()).query<{ n: number }>(prepared)).rows).toEqual([{ n: 2 }])
    expect((await reader({}).query<{ n: number }>(prepared)).rows).toEqual([{ n: 0 }])
  })

  it.each([
    'DELETE FROM session',
    'WITH gone AS (DELETE FROM session RETURNING 1) SELECT * FROM gone',
    'UPDATE session SET asn = 1',
    'INSERT INTO source SELECT',
    'TRUNCATE session',
    'SELECT * FROM public.session',
  ])('%s is refused', (text) => {
    expect(() => limitStatementToAccessScope(text, [], NOTHING, tables)).toThrow(/scoped reader/)
  })

  it('shows of a gateway of its own what comes from circuits of others neither as sessions nor as routes', async () => {
    const hiddenSessions = [gateway.sessions.get(FOREIGN) ?? 0]
    const mixed = { ...seen(), hiddenSessions, parts: parts() }
    const ask = reader(mixed)
    expect((await ask.query('SELECT neighbor FROM session')).rows).toEqual([{ neighbor: OWN }])
    // a route that the other instance relays names no circuit
    const routes = await ask.query('SELECT host(prefix) AS prefix, peer FROM route ORDER BY 1, 2')
    expect(routes.rows).toEqual([
      { prefix: '10.1.0.0', peer: OWN },
      { prefix: '10.4.0.0', peer: '10.0.4.12' },
    ])
    expect(await count(mixed, 'SELECT count(*)::int AS n FROM route_span')).toBe(2)
  })

  it('shows of the gateway of another what comes from circuits of its own', async () => {
    const shownSessions = [gateway.sessions.get(OWN) ?? 0]
    const shared = { shared: [gateway.row], sharedSources: [gateway.sourceId], shownSessions, parts: parts() }
    const ask = reader(shared)
    expect((await ask.query('SELECT neighbor FROM session')).rows).toEqual([{ neighbor: OWN }])
    expect((await ask.query('SELECT peer FROM route')).rows).toEqual([{ peer: OWN }])
    expect(await count(shared, 'SELECT count(*)::int AS n FROM route_span')).toBe(1)
    expect((await ask.query('SELECT name FROM resource')).rows).toEqual([{ name: 'ergw-common' }])
  })

  it('counts of a gateway that is seen in part the changes that are seen, rolled up or not', async () => {
    const counts: [Partial<RowsVisibleInAccessScope>, number, rolledUp: number][] = [
      [seen(), 6, 1],
      [{ ...seen(), parts: parts() }, 2, 0],
      [{ shared: [gateway.row], sharedSources: [gateway.sourceId], parts: parts() }, 1, 0],
    ]
    const counted = async (visible: Partial<RowsVisibleInAccessScope>) => {
      const range = { kinds: ['learned' as const], from: AT, to: AT + 60_000, stepMs: 60_000, top: 5, windows: [] }
      return (await readRouteChurn(reader(visible), range)).steps.map(({ firstSeen }) => firstSeen)
    }
    for (const [visible, routes] of counts) expect(await counted(visible)).toEqual([routes])
    await rollUpChurn(db)
    for (const [visible, routes, rolledUp] of counts) {
      expect(await count(visible, 'SELECT count(*)::int AS n FROM route_churn, route_churn_state')).toBe(rolledUp)
      expect(await counted(visible)).toEqual([routes])
    }
  })
})

describe('Prisma', () => {
  it('sees what the scope sees, and writes nothing', async () => {
    const names = async (visible: Partial<RowsVisibleInAccessScope>) =>
      runWithPrisma(reader(visible), ({ resource }) => resource.findMany({ select: { id: true } }))
    expect(await names({ resources: [gateway.row] })).toEqual([{ id: gateway.row }])
    expect(await names({})).toEqual([])
    const channels = runWithPrisma(reader({}), ({ notifyChannel }) => notifyChannel.findMany())
    expect(await channels).toEqual([])
    const write = runWithPrisma(reader({}), ({ deployment }) => deployment.deleteMany({}))
    await expect(write).rejects.toThrow(/scoped reader/)
    const counted = runWithPrisma(reader({}), ({ notifyChannel }) => notifyChannel.count())
    expect(await counted).toBe(0)
  })
})

it('a chosen network interface is seen by whoever sees its subscription', async () => {
  const subscription = '0a000000-0000-4000-8000-000000000001'
  const chosen = (owner: string) => ({
    interface: `/subscriptions/${owner}/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/nic`,
    note: '',
  })
  const interfaces = [subscription.toUpperCase(), '0b000000-0000-4000-8000-000000000002'].map(chosen)
  await db.transaction((client) => saveDeclarationsAsNewVersion(client, { interfaces }, { by: 'ada', expected: null }))
  const { interfaces: seen } = await readCurrentDeclarations(reader({ subscriptions: [subscription] }))
  expect(seen).toEqual(interfaces.slice(0, 1))
})

it('a scoped reader can be put on other connections', async () => {
  const scoped = reader({ resources: [gateway.row] })
  const moved = moveAccessScopeToConnection(scoped, db.pool)
  expect(getConnectionBelowScope(moved)).toBe(db.pool)
  expect(getReaderVisibility(moved)?.resources).toEqual([gateway.row])
  expect(getReaderVisibility(db.pool)).toBeNull()
  expect(getConnectionBelowScope(db)).toBeNull()
  expect(await readResourcePage(moved, { includeRemoved: true })).toEqual(
    await readResourcePage(scoped, { includeRemoved: true }),
  )
})
