import { z } from 'zod'
import { canonicalAddress } from '#lib/bgp/index.ts'
import { wordTable } from '#lib/bgp/word-table.ts'
import {
  armTypes,
  isOwnHubTable,
  owningResource,
  parseArmId,
  type PollTarget,
  type RouteRow,
} from '#lib/contract/index.ts'
import { decodeConfig } from '../config/index.ts'
import { armObject } from '../config/arm-object.ts'
import { decodeRows } from '../decode/decode.ts'
import { asPath, orNothing, textOrNull } from '../decode/fields.ts'
import type { AnsweredTable } from '../call/long-running.ts'
import { type Read, unsupported } from '../read.ts'
import type { PlannedResource } from './kind.ts'
import { prefix, routeTable } from './route-tables.ts'
import { armRow } from '../decode/members.ts'

/** Gateways of a hub, and what ARM calls their connections (ADR 0141). Source: Azure Network REST, GetInboundRoutesParameters. */
const connectionsOf: Readonly<Record<string, { child: string; type: string }>> = wordTable({
  [armTypes.expressRouteGateway]: { child: 'expressRouteConnections', type: 'ExpressRouteConnection' },
  [armTypes.vpnGateway]: { child: 'vpnConnections', type: 'VpnConnection' },
})

export const hubGatewayTypes = Object.keys(connectionsOf)

const hubIdOf = (config: unknown) => parseArmId(armObject(config).object('virtualHub').text('id') ?? '')

/** The hub that a gateway of one belongs to, which runs its operations, as ARM id; null = none is known. */
export const hubOfGateway = ({ config }: PlannedResource): string | null =>
  armObject(config).object('virtualHub').text('id')

/**
 * The connections of a hub's gateway, each with its hub, which is asked for what they bring: `hub/connection`, and before them the hub's
 * resource group where that is another one than the gateway's.
 */
export function hubConnectionSubresources({ resourceId, type, config }: PlannedResource): string[] {
  const hub = hubIdOf(config)
  const decoded = decodeConfig(type, config)
  if (!hub || decoded?.resource !== 'gateway') return []
  const group = parseArmId(resourceId)?.resourceGroup?.toLowerCase()
  const isBeside = hub.resourceGroup?.toLowerCase() === group
  const place = isBeside ? hub.name : `${hub.resourceGroup}/${hub.name}`
  return decoded.hubConnections.map(({ name }) => `${place}/${name}`)
}

/** @throws PollFailure `not_polled` unless the subresource names a hub and a connection */
export function hubConnectionOf({ id, resourceId, subresource }: Pick<Read, 'id' | 'resourceId' | 'subresource'>) {
  const [connection, hub, group = id.resourceGroup, ...rest] = subresource.split('/').toReversed()
  const kind = connectionsOf[id.type]
  if (!connection || !hub || rest.length > 0 || !kind) {
    throw unsupported(
      `learned routes of a hub's gateway are polled for a connection such as hub/connection, not for "${subresource}"`,
    )
  }
  return { group, hub, resourceUri: `${resourceId}/${kind.child}/${connection}`, connectionType: kind.type }
}

interface HubRequest {
  path: string
  body: object
}

/** The operation that reads a route table of a hub; null for any other target. */
export function effectiveRequest({ resourceId, subresource }: PollTarget): HubRequest | null {
  const id = parseArmId(resourceId)
  if (!id?.resourceGroup || !isHubTable(id.type)) return null
  return { path: `${owningResource(resourceId)}/effectiveRoutes`, body: effectiveQuestion(resourceId, subresource) }
}

/** The operation that reads what a connection of a hub's gateway brings; null for any other target. */
export function inboundRequest({ resourceId, subresource }: PollTarget): HubRequest | null {
  const id = parseArmId(resourceId)
  if (!id?.resourceGroup || !hubGatewayTypes.includes(id.type)) return null
  const { resourceGroup } = id
  const { group, hub, ...body } = hubConnectionOf({ id: { ...id, resourceGroup }, resourceId, subresource })
  const place = `/subscriptions/${id.subscriptionId}/resourceGroups/${group}/providers/Microsoft.Network`
  return { path: `${place}/virtualHubs/${hub}/inboundRoutes`, body }
}

/** Whether tables of such a resource are effective routes: the default one's of a hub, and another one's, which is a resource itself. */
export const isHubTable = (type: string): boolean => type === armTypes.virtualHub || type === armTypes.hubRouteTable

/** Whether a hub's route table is polled by itself: the default one is a part of its hub. */
export const isPolledHubTable = ({ type, resourceId }: PlannedResource): boolean =>
  type === armTypes.hubRouteTable && isOwnHubTable(parseArmId(resourceId)?.name ?? '')

/** What a hub is asked for one of its route tables. @param table of a hub its name; '' of a resource that is the table */
export const effectiveQuestion = (resourceId: string, table: string) => ({
  resourceId: table === '' ? resourceId : `${resourceId}/hubRouteTables/${table}`,
  virtualWanResourceType: 'RouteTable',
})

/** Names of ARM ids say enough where routes are read: `expressRouteGateways/ErGw1`. Addresses stay as they are. */
function shortHop(hop: string): string | null {
  const id = parseArmId(hop)
  if (!id) return canonicalAddress(hop) ?? (hop.trim() || null)
  return hop.split('/').filter(Boolean).slice(-2).join('/')
}

/** A row of getEffectiveVirtualHubRoutes: a route for each of its prefixes and next hops. Source: Azure Network REST, VirtualHubEffectiveRoute. */
const effectiveRow = armRow({
  addressPrefixes: z.array(prefix('prefixed')),
  nextHops: orNothing(z.array(z.string())),
  nextHopType: textOrNull,
  routeOrigin: textOrNull,
  asPath,
}).transform(({ addressPrefixes, nextHops, nextHopType, routeOrigin, asPath: path }): RouteRow[] => {
  const hops = (nextHops ?? []).map(shortHop)
  return addressPrefixes.flatMap((own) =>
    (hops.length === 0 ? [null] : hops).map((nextHop) => ({
      ...path,
      instance: null,
      prefix: own,
      nextHop,
      peer: routeOrigin === null ? null : shortHop(routeOrigin),
      origin: nextHopType,
      weight: null,
      localPref: null,
    })),
  )
})

/** A row of getInboundRoutes. Source: Azure Network REST, EffectiveRouteMapRoute. Its communities are not kept. */
const inboundRow = armRow({ prefix: prefix('prefixed'), asPath }).transform(
  ({ prefix: own, asPath: path }): RouteRow => ({
    ...path,
    prefix: own,
    instance: null,
    nextHop: null,
    peer: null,
    origin: null,
    weight: null,
    localPref: null,
  }),
)

export const effectiveRoutesIn = ({ rows, at, unread }: AnsweredTable): RouteRow[] =>
  routeTable(decodeRows(effectiveRow, rows, at, unread).flat())

/** @param subresource whose connection is the peer of each route */
export function inboundRoutesIn({ rows, at, unread }: AnsweredTable, subresource: string): RouteRow[] {
  const peer = subresource.split('/').at(-1) || null
  return routeTable(decodeRows(inboundRow, rows, at, unread).map((row) => ({ ...row, peer })))
}
