import { describe, expect, it } from 'vitest'
import type { RouteChange, TimestampBounds } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type DetectionContext, listLiveEvents, storeEventInScope } from '../../../model/context.ts'
import { createResourceState, type PendingDefaultRoute } from '../../../model/scope-state.ts'
import { quietEstate } from '../../../testing/quiet-estate.ts'
import { createOngoingEvent, TEST_POLL_END_TIME } from '../../../testing/scene.ts'
import { endEventsOfRemovedTables } from './custom-hub-tables.ts'
import {
  endDefaultRouteEventInTable,
  recordBroughtDefaultRoutes,
  resolvePendingDefaultRoutes,
  storePendingDefaultRoute,
} from './custom-table-default-routes.ts'
import { putRouteEvent } from './route-event.ts'

const [HUB, TABLE, FURTHER, GATEWAY] = ['vhub', 'rt-app', 'rt-other', 'ergw-vhub']
const PEER = 'expressRouteGateways/ergw-vhub/conn-lon'
const VPN_PEERS = ['vpnGateways/vpngw-vhub/conn-a', 'vpnGateways/vpngw-vhub/conn-b'] as const
const ROUTE = { nextHop: null, asPath: [12076, 65001], origin: null, weight: null, localPref: null }
const minutesAgo = (from: number, to: number): TimestampBounds => ({
  earliest: TEST_POLL_END_TIME - from * MS_PER_MINUTE,
  latest: TEST_POLL_END_TIME - to * MS_PER_MINUTE,
})
const [THEN, LONG_AGO] = [minutesAgo(6, 5), minutesAgo(60, 59)]

/** Returns a quiet context at a poll, with a hub that has two custom tables. */
function createContext(scope: string, subresource: string, previous?: DetectionContext): DetectionContext {
  const quiet = quietEstate(TEST_POLL_END_TIME)
  const gateways = { 'expressroutegateways/ergw-vhub': GATEWAY, 'vpngateways/vpngw-vhub': 'vpngw-vhub' }
  return {
    ...quiet,
    mark: { ...quiet.mark, scope, subresource, startedAt: THEN.latest, previousOkAt: THEN.earliest },
    topology: {
      ...quiet.topology,
      hubs: [
        { scope: HUB, gateways },
        { scope: TABLE, gateways, table: { hub: HUB, name: TABLE } },
        { scope: FURTHER, gateways, table: { hub: HUB, name: FURTHER } },
      ],
    },
    scopes: previous?.scopes ?? { [HUB]: createResourceState() },
  }
}

const change = (isBrought: boolean, between: TimestampBounds, prefix = '0.0.0.0/0'): RouteChange => ({
  type: 'route',
  op: isBrought ? 'announce' : 'withdraw',
  instance: null,
  peer: 'conn-lon',
  prefix,
  before: isBrought ? [] : [ROUTE],
  after: isBrought ? [ROUTE] : [],
  between,
})

interface Given {
  kind?: PendingDefaultRoute['kind']
  between?: TimestampBounds
  peer?: string
  brought?: RouteChange[]
  connection?: string
  /** true if an event of the default table shows the same change */
  isInDefault?: boolean
}

/** Returns the events after a default route appeared in the custom table, and the number of changes still pending. */
function judge(given: Given): { events: string[]; pending: number } {
  const { kind = 'default_route_appeared', between = THEN, peer = PEER, brought = [], connection = 'conn-lon' } = given
  const polled = createContext(GATEWAY, `vhub/${connection}`)
  recordBroughtDefaultRoutes(polled, brought)
  const context = createContext(TABLE, '', polled)
  if (given.isInDefault)
    storeEventInScope(context, createOngoingEvent(kind, HUB, '0.0.0.0/0', { started: between }), {
      confirm: null,
      table: HUB,
      peersBefore: ['expressRouteGateways/ergw-vhub'],
    })
  storePendingDefaultRoute(context, { kind, prefix: '0.0.0.0/0', peers: [peer], between, causes: [] })
  context.mark = { ...context.mark, startedAt: TEST_POLL_END_TIME }
  resolvePendingDefaultRoutes(context)
  const events = listLiveEvents(context).map(({ event, table }) => {
    const tables = event.evidence.flatMap(({ field, after }) => (field === 'route table of the hub' ? [after] : []))
    return `${event.kind} at ${event.scope} in ${table}, named ${tables.join()}`
  })
  return { events, pending: context.scopes[TABLE]?.pendingDefaults?.length ?? 0 }
}

it.each<[string, Given, string[], number]>([
  [
    'its connection began to bring it',
    { brought: [change(true, THEN)] },
    ['default_route_appeared at vhub in rt-app, named rt-app'],
    0,
  ],
  [
    'its connection stopped to bring it',
    { kind: 'default_route_disappeared', brought: [change(false, THEN)] },
    ['default_route_disappeared at vhub in rt-app, named rt-app'],
    0,
  ],
  [
    'the row does not name the connection',
    { peer: 'expressRouteGateways/ergw-vhub', brought: [change(true, THEN)] },
    ['default_route_appeared at vhub in rt-app, named rt-app'],
    0,
  ],
  [
    'the default table shows it, too',
    { isInDefault: true },
    ['default_route_appeared at vhub in vhub, named rt-app'],
    0,
  ],
  // the propagation of the connection may have been changed, so that the change waits for a proof
  ['its connection brought it before', { brought: [change(true, LONG_AGO)] }, [], 1],
  ['another connection began to bring it', { brought: [change(true, THEN)], connection: 'conn-ams' }, [], 1],
  ['its connection stopped to bring it, and it appeared', { brought: [change(false, THEN)] }, [], 1],
  ['its connection began to bring another one', { brought: [change(true, THEN, '::/0')] }, [], 1],
  ['it leads to another hub', { peer: 'virtualHubs/other', brought: [change(true, THEN)] }, [], 1],
  ['no proof comes', { between: LONG_AGO }, [], 0],
])('a default route in a custom table is reported if it is proven: %s', (_, given, events, pending) => {
  expect(judge(given)).toEqual({ events, pending })
})

it('a default route that disappears again ends its event, or the change that is not reported yet', () => {
  const polled = createContext(GATEWAY, 'vhub/conn-lon')
  recordBroughtDefaultRoutes(polled, [change(true, THEN)])
  const context = createContext(TABLE, '', polled)
  const appeared = { prefix: '0.0.0.0/0', peers: [PEER], between: THEN, causes: [] }
  storePendingDefaultRoute(context, { ...appeared, kind: 'default_route_appeared' })
  resolvePendingDefaultRoutes(context)
  const gone = { ...appeared, kind: 'default_route_disappeared' as const, between: minutesAgo(2, 1) }
  storePendingDefaultRoute(context, gone)
  expect(listLiveEvents(context).map(({ event }) => event.ended)).toEqual([gone.between])
  expect(context.scopes[TABLE]?.pendingDefaults ?? []).toEqual([])
  storePendingDefaultRoute(context, gone)
  storePendingDefaultRoute(context, { ...appeared, kind: 'default_route_appeared', between: minutesAgo(1, 0) })
  expect(context.scopes[TABLE]?.pendingDefaults).toEqual([])
})

type Kind = PendingDefaultRoute['kind']
const [APPEARED, DISAPPEARED] = ['default_route_appeared', 'default_route_disappeared'] as const

/** Stores that the polls of these tables show a change of the default route. */
function show(context: DetectionContext, kind: Kind, between: TimestampBounds, tables: string[], peers = [PEER]): void {
  for (const scope of tables)
    storePendingDefaultRoute(
      { ...context, mark: { ...context.mark, scope } },
      { kind, prefix: '0.0.0.0/0', peers, between, causes: [] },
    )
}

/** Resolves the pending changes at a poll of another source. */
function resolveAt(context: DetectionContext, at: number): void {
  resolvePendingDefaultRoutes({ ...context, mark: { ...context.mark, startedAt: at, finishedAt: at } })
}

/** Stores that a connection of a gateway of the hub brings the default route, or that it stopped to bring it. */
function bring(context: DetectionContext, isBrought: boolean, between: TimestampBounds, of = [GATEWAY, 'conn-lon']) {
  const [scope = '', connection] = of
  const mark = { ...context.mark, scope, subresource: `vhub/${connection}` }
  recordBroughtDefaultRoutes({ ...context, mark }, [change(isBrought, between)])
}

const listReported = (context: DetectionContext) =>
  listLiveEvents(context).map(({ event }) => `${event.kind} ${event.ended === null ? 'ongoing' : 'ended'}`)

describe.each([
  [DISAPPEARED, APPEARED],
  [APPEARED, DISAPPEARED],
] as const)('%s in several tables of a hub', (kind, opposite) => {
  const isBrought = kind === APPEARED
  const began = minutesAgo(12, 11)

  /** Returns a context with an event that both custom tables show. */
  function createShownByBoth(): DetectionContext {
    const context = createContext(TABLE, '')
    bring(context, isBrought, began)
    show(context, kind, began, [TABLE, FURTHER])
    resolveAt(context, began.latest + 2 * MS_PER_MINUTE)
    return context
  }

  it.each([
    [TABLE, FURTHER],
    [FURTHER, TABLE],
  ])('ends when no table shows it any more: %s, then %s', (first, last) => {
    const context = createShownByBoth()
    expect(listReported(context)).toEqual([`${kind} ongoing`])
    bring(context, !isBrought, THEN)
    show(context, opposite, THEN, [first])
    expect(listReported(context)).toEqual([`${kind} ongoing`])
    show(context, opposite, THEN, [last])
    resolveAt(context, TEST_POLL_END_TIME)
    expect(listReported(context)).toEqual([`${kind} ended`])
  })

  it('continues if a table shows it again while the other table still shows it', () => {
    const context = createShownByBoth()
    show(context, opposite, minutesAgo(10, 9), [TABLE])
    show(context, kind, minutesAgo(9, 8), [TABLE])
    resolveAt(context, TEST_POLL_END_TIME - 6 * MS_PER_MINUTE)
    expect(listReported(context)).toEqual([`${kind} ongoing`])
    show(context, opposite, THEN, [FURTHER])
    expect(listReported(context)).toEqual([`${kind} ongoing`])
    show(context, opposite, THEN, [TABLE])
    expect(listReported(context)).toEqual([`${kind} ended`])
  })

  it('continues after its end in the default table', () => {
    const context = createContext(HUB, '')
    const live = storeEventInScope(context, createOngoingEvent(kind, HUB, '0.0.0.0/0', { started: began }), {
      confirm: null,
      table: HUB,
      prefixes: ['0.0.0.0/0'],
      peersBefore: ['expressRouteGateways/ergw-vhub'],
    })
    show(context, kind, began, [TABLE])
    resolveAt(context, began.latest + 2 * MS_PER_MINUTE)
    endDefaultRouteEventInTable(context, live, THEN)
    expect(listReported(context)).toEqual([`${kind} ongoing`])
    show(context, opposite, THEN, [TABLE])
    expect(listReported(context)).toEqual([`${kind} ended`])
  })

  it('ends if the only table that still shows it is removed', () => {
    const context = createShownByBoth()
    show(context, opposite, THEN, [TABLE])
    const hubs = context.topology.hubs?.filter(({ scope }) => scope !== FURTHER) ?? []
    endEventsOfRemovedTables({ ...context, topology: { ...context.topology, hubs } })
    expect(listReported(context)).toEqual([`${kind} ended`])
  })

  it('is not added to an event that has ended, because the table may end it in its next poll', () => {
    const context = createContext(TABLE, '')
    bring(context, isBrought, began)
    show(context, kind, began, [TABLE])
    resolveAt(context, began.latest + 2 * MS_PER_MINUTE)
    show(context, opposite, minutesAgo(9, 8), [TABLE])
    show(context, kind, began, [FURTHER])
    resolveAt(context, TEST_POLL_END_TIME - 7 * MS_PER_MINUTE)
    expect(listReported(context)).toEqual([`${kind} ended`])
    show(context, opposite, minutesAgo(9, 8), [FURTHER])
    expect(context.scopes[FURTHER]?.pendingDefaults).toEqual([])
  })

  it('is not reported if it only ends the event of another table', () => {
    const context = createContext(TABLE, '')
    bring(context, isBrought, began)
    show(context, kind, began, [TABLE])
    resolveAt(context, began.latest + 2 * MS_PER_MINUTE)
    bring(context, !isBrought, THEN)
    show(context, opposite, THEN, [TABLE, FURTHER])
    resolveAt(context, TEST_POLL_END_TIME)
    resolveAt(context, TEST_POLL_END_TIME + 10 * MS_PER_MINUTE)
    expect(listReported(context)).toEqual([`${kind} ended`])
    expect(context.scopes[FURTHER]?.pendingDefaults).toBeUndefined()
  })
})

it.each([
  ['of another gateway', VPN_PEERS[0], ['vpngw-vhub', 'conn-a']],
  ['of another circuit of the gateway', 'expressRouteGateways/ergw-vhub/conn-ams', [GATEWAY, 'conn-ams']],
] as const)('a default route %s is another one', (_, peer, from) => {
  const context = createContext(TABLE, '')
  bring(context, false, minutesAgo(12, 11))
  show(context, DISAPPEARED, minutesAgo(12, 11), [TABLE])
  resolveAt(context, TEST_POLL_END_TIME - 9 * MS_PER_MINUTE)
  bring(context, true, THEN, [...from])
  show(context, APPEARED, THEN, [TABLE], [peer])
  resolveAt(context, TEST_POLL_END_TIME)
  expect(listReported(context)).toEqual([`${DISAPPEARED} ongoing`, `${APPEARED} ongoing`])
})

it('a default route that another carrier brings undoes no change that is not reported yet', () => {
  const context = createContext(TABLE, '')
  show(context, DISAPPEARED, THEN, [TABLE])
  show(context, APPEARED, THEN, [TABLE], ['expressRouteGateways/ergw-vhub/conn-ams'])
  expect(context.scopes[TABLE]?.pendingDefaults?.map(({ kind }) => kind)).toEqual([DISAPPEARED, APPEARED])
})

it('default routes of two carriers without a circuit have separate events', () => {
  const context = createContext(TABLE, '')
  for (const peer of VPN_PEERS) {
    bring(context, true, THEN, ['vpngw-vhub', peer.split('/').at(-1) ?? ''])
    show(context, APPEARED, THEN, [TABLE], [peer])
  }
  resolveAt(context, TEST_POLL_END_TIME)
  expect(listLiveEvents(context).map(({ peersBefore }) => peersBefore)).toEqual(VPN_PEERS.map((peer) => [peer]))
})

it('the event of a custom table does not replace the event that a gateway has of the same circuit', () => {
  const context = createContext('ergw-we', '')
  context.topology.hubConnections = [{ gateway: GATEWAY, name: 'conn-lon', circuit: 'ckt-lon' }]
  bring(context, true, THEN)
  show(context, APPEARED, THEN, [TABLE])
  const found = { kind: APPEARED, scope: 'ckt-lon', subject: '0.0.0.0/0', severity: 'major', started: THEN } as const
  context.mark = { ...context.mark, startedAt: TEST_POLL_END_TIME, finishedAt: TEST_POLL_END_TIME }
  putRouteEvent(context, { ...found, prefixes: ['0.0.0.0/0'], peers: ['10.0.4.4'] })
  resolvePendingDefaultRoutes(context)
  expect(listLiveEvents(context).map(({ event, table }) => `${event.scope} in ${table}`)).toEqual([
    'ckt-lon in undefined',
    `ckt-lon in ${TABLE}`,
  ])
})
