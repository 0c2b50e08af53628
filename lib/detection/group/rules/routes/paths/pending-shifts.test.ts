import { expect, it } from 'vitest'
import { formatGatewayNeighbor } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type DetectionContext, listLiveEvents, storeEventInScope } from '../../../../model/context.ts'
import { createResourceState } from '../../../../model/scope-state.ts'
import { HUB_GATEWAY_NAME, createTwoCircuitEstate } from '../../../../testing/estates.ts'
import { quietEstate } from '../../../../testing/quiet-estate.ts'
import { createOngoingEvent, TEST_POLL_END_TIME } from '../../../../testing/scene.ts'
import { resolvePendingPathShifts } from './pending-shifts.ts'

const MOVED = { earliest: TEST_POLL_END_TIME - 6 * MS_PER_MINUTE, latest: TEST_POLL_END_TIME - 5 * MS_PER_MINUTE }
const [AMS, LON] = ['10.0.4.6', '10.0.4.4']

/**
 * Returns the open shifts after routes moved back from ckt-lon to ckt-ams, if a shift to ckt-lon had ended within the
 * given bounds.
 */
function shiftsAfter(ended: typeof MOVED, prefixes: string[]): string[] {
  const member = (neighbor: string) => formatGatewayNeighbor({ gateway: HUB_GATEWAY_NAME, neighbor })
  const context: DetectionContext = {
    ...quietEstate(TEST_POLL_END_TIME),
    topology: createTwoCircuitEstate().topology(),
    scopes: { 'ckt-ams': createResourceState() },
  }
  context.scopes['ckt-lon'] = createResourceState()
  storeEventInScope(
    context,
    {
      ...createOngoingEvent('best_path_shift', 'ckt-ams', 'ckt-ams > ckt-lon', { started: { earliest: 0, latest: 0 } }),
      ended,
    },
    { confirm: null, peersBefore: [AMS], peersAfter: [LON], prefixes: ['10.20.0.0/16', '10.21.0.0/16'] },
  )
  context.scopes[HUB_GATEWAY_NAME] = {
    ...createResourceState(),
    pending: [
      {
        source: { sourceId: 1, kind: 'learned', startedAt: MOVED.latest - 2_000, finishedAt: MOVED.latest } as never,
        between: MOVED,
        prefixes,
        before: [member(LON)],
        after: [member(AMS)],
        drain: false,
        name: { scope: 'ckt-lon', subject: 'ckt-lon > ckt-ams', level: 'circuit' } as never,
      },
    ],
  }
  resolvePendingPathShifts(context)
  return listLiveEvents(context).flatMap(({ event }) => (event.ended === null ? event.subject : []))
}

it('a change that ends a shift is no shift of its own', () => {
  expect(shiftsAfter(MOVED, ['10.20.0.0/16'])).toEqual([])
  expect(shiftsAfter({ earliest: 0, latest: 1 }, ['10.20.0.0/16'])).toEqual(['ckt-lon > ckt-ams'])
  expect(shiftsAfter(MOVED, ['10.30.0.0/16'])).toEqual(['ckt-lon > ckt-ams'])
})

it('pending changes of one circuit and subject have separate events, and so have their returns', () => {
  const member = (neighbor: string) => formatGatewayNeighbor({ gateway: HUB_GATEWAY_NAME, neighbor })
  const source = { startedAt: MOVED.latest - 2_000, finishedAt: MOVED.latest, previousOkAt: MOVED.earliest }
  const name = { scope: 'ckt-ams', subject: 'ckt-ams > ckt-lon', level: 'circuit' } as never
  const change = { source, between: MOVED, before: [member(AMS)], after: [member(LON)], drain: false, name }
  const pending = [
    { ...change, prefixes: ['10.20.0.0/16'] },
    { ...change, prefixes: ['10.21.0.0/16'], after: [member('10.0.4.5')] },
    { ...change, prefixes: ['10.22.0.0/16'], returned: { earliest: MOVED.latest, latest: MOVED.latest + 1_000 } },
  ]
  const listed = (isLost: boolean) => {
    const context: DetectionContext = {
      ...quietEstate(TEST_POLL_END_TIME),
      topology: createTwoCircuitEstate().topology(),
      scopes: {
        'ckt-ams': createResourceState(),
        [HUB_GATEWAY_NAME]: { ...createResourceState(), pending: structuredClone(pending) },
      },
    }
    if (isLost) removeNeighbor(context, AMS)
    resolvePendingPathShifts(context)
    return listLiveEvents(context).map(({ event, prefixes }) => `${event.kind} ${prefixes?.join()}`)
  }
  expect(listed(false)).toEqual(['best_path_shift 10.20.0.0/16', 'best_path_shift 10.21.0.0/16', 'best_path_shift '])
  expect(listed(true)).toEqual(['failover 10.20.0.0/16', 'failover 10.21.0.0/16', 'failover ', 'failback 10.22.0.0/16'])
})

it('a failover to the usual path is over immediately, except if a declaration requires the former path', () => {
  const member = (neighbor: string) => formatGatewayNeighbor({ gateway: HUB_GATEWAY_NAME, neighbor })
  const source = { startedAt: MOVED.latest - 2_000, finishedAt: MOVED.latest, previousOkAt: MOVED.earliest }
  const name = { scope: 'ckt-ams', subject: 'ckt-ams > ckt-lon', level: 'circuit' } as const
  const pending = { source, between: MOVED, before: [member(AMS)], after: [member(LON)], drain: false, name }
  const listed = (more: { isHome?: true; isUsual?: true }, home: string | null = null) => {
    const topology = createTwoCircuitEstate().topology()
    const prefixes = ['10.20.0.0/16']
    const context: DetectionContext = {
      ...quietEstate(TEST_POLL_END_TIME),
      topology: { ...topology, sites: home === null ? [] : [{ name: 'dc-a', home, prefixes }] } as never,
      scopes: {
        'ckt-ams': createResourceState(),
        [HUB_GATEWAY_NAME]: { ...createResourceState(), pending: [{ ...pending, ...more, prefixes }] },
      },
    }
    removeNeighbor(context, AMS)
    resolvePendingPathShifts(context)
    return listLiveEvents(context).map(({ event }) => [event.kind, event.ended])
  }
  expect(listed({ isHome: true, isUsual: true })).toEqual([['failover', MOVED]])
  expect(listed({ isHome: true, isUsual: true }, 'ckt-ams')).toEqual([['failover', null]])
  expect(listed({ isHome: true })).toEqual([['failover', null]])
  expect(listed({})).toEqual([['failover', null]])
})

/** Releases a neighbor of the gateway, because its connection was removed at the time of the change. */
function removeNeighbor({ scopes }: DetectionContext, neighbor: string): void {
  const gateway = (scopes[HUB_GATEWAY_NAME] ??= createResourceState())
  gateway.released[neighbor] = { between: MOVED, circuit: 'ckt-ams', by: 'removal' }
}

const [TABLE, GATEWAY, PREFIX] = ['rt-app', 'ergw-vhub', '10.20.0.0/16']

/** Events after a custom table of a hub lost one of two equal paths, and whether the former connection brings it. */
function reductionsOf(more: { stillBrought: string[]; isLost?: boolean }): string[] {
  const member = (neighbor: string) => formatGatewayNeighbor({ gateway: TABLE, neighbor })
  const [over, other] = ['expressRouteGateways/ergw-vhub/conn-lon', 'vpnGateways/vpngw-vhub']
  const gateways = { 'expressroutegateways/ergw-vhub': GATEWAY, 'vpngateways/vpngw-vhub': 'vpngw-vhub' }
  const quiet = quietEstate(TEST_POLL_END_TIME)
  const custom = { scope: TABLE, gateways, table: { hub: 'vhub', name: TABLE } }
  const context: DetectionContext = {
    ...quiet,
    topology: { ...quiet.topology, hubs: [{ scope: 'vhub', gateways }, custom] },
    scopes: { vhub: createResourceState(), [GATEWAY]: createResourceState() },
  }
  if (more.isLost)
    storeEventInScope(
      context,
      createOngoingEvent('hub_connection_emptied', GATEWAY, 'conn-lon', { started: MOVED, flags: ['lost'] }),
      { confirm: null },
    )
  context.scopes[TABLE] = {
    ...createResourceState(),
    pending: [
      {
        source: { startedAt: MOVED.latest - 2_000, finishedAt: MOVED.latest, previousOkAt: MOVED.earliest },
        between: MOVED,
        prefixes: [PREFIX],
        before: [member(over), member(other)],
        after: [member(other)],
        drain: false,
        stillBrought: more.stillBrought,
      },
    ],
  }
  resolvePendingPathShifts(context)
  return listLiveEvents(context).flatMap(({ event, table, prefixes }) =>
    event.kind === 'hub_connection_emptied' ? [] : `${event.kind} at ${event.scope} in ${table}: ${prefixes?.join()}`,
  )
}

it('a custom table of a hub has fewer equal paths if the former connection does not bring the prefix', () => {
  const reduced = [`ecmp_reduced at vhub in ${TABLE}: ${PREFIX}`]
  expect(reductionsOf({ stillBrought: [] })).toEqual(reduced)
  // the propagation of the connection may have been changed
  expect(reductionsOf({ stillBrought: [PREFIX] })).toEqual([])
  expect(reductionsOf({ stillBrought: [PREFIX], isLost: true })).toEqual(reduced)
})
