import { expect, it } from 'vitest'
import type { RouteChange, TimestampBounds } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type DetectionContext, listLiveEvents, storeEventInScope } from '../../../model/context.ts'
import { createResourceState, type PendingDefaultRoute } from '../../../model/scope-state.ts'
import { quietEstate } from '../../../testing/quiet-estate.ts'
import { createOngoingEvent, TEST_POLL_END_TIME } from '../../../testing/scene.ts'
import {
  recordBroughtDefaultRoutes,
  resolvePendingDefaultRoutes,
  storePendingDefaultRoute,
} from './custom-table-default-routes.ts'

const [HUB, TABLE, GATEWAY] = ['vhub', 'rt-app', 'ergw-vhub']
const PEER = 'expressRouteGateways/ergw-vhub/conn-lon'
const ROUTE = { nextHop: null, asPath: [12076, 65001], origin: null, weight: null, localPref: null }
const minutesAgo = (from: number, to: number): TimestampBounds => ({
  earliest: TEST_POLL_END_TIME - from * MS_PER_MINUTE,
  latest: TEST_POLL_END_TIME - to * MS_PER_MINUTE,
})
const [THEN, LONG_AGO] = [minutesAgo(6, 5), minutesAgo(60, 59)]

/** Returns a quiet context at a poll, with a hub that has a custom table. */
function createContext(scope: string, subresource: string, previous?: DetectionContext): DetectionContext {
  const quiet = quietEstate(TEST_POLL_END_TIME)
  const gateways = { 'expressroutegateways/ergw-vhub': GATEWAY }
  return {
    ...quiet,
    mark: { ...quiet.mark, scope, subresource, startedAt: THEN.latest, previousOkAt: THEN.earliest },
    topology: {
      ...quiet.topology,
      hubs: [
        { scope: HUB, gateways },
        { scope: TABLE, gateways, table: { hub: HUB, name: TABLE } },
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
