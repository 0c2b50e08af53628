import { z } from 'zod'
import { canonicalizeAddress } from '#lib/bgp/index.ts'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import {
  armTypes,
  isOwnHubTable,
  getTopLevelResourceId,
  parseArmId,
  type PollTarget,
  ROUTES_NOT_GIVEN,
  type RouteRow,
} from '#lib/contract/index.ts'
import { decodeResourceConfig } from '../config/index.ts'
import { createArmObject } from '../config/arm-object.ts'
import { PollFailure } from '../call/failure.ts'
import { decodeRowsWithSchema, NULL_BODY_CODE } from '../decode/decode.ts'
import { armAsPathSchema, acceptEmptyAsNull, armTextOrNullSchema } from '../decode/fields.ts'
import type { OperationRows } from '../call/long-running.ts'
import { type PollInput, createUnsupportedFailure } from '../poll-input.ts'
import type { PlannedResource } from './kind.ts'
import { createPrefixField, normalizeRouteTable } from './route-tables.ts'
import { createArmRowSchema } from '../decode/members.ts'

/**
 * The child type and the connection type that ARM uses for the connections of a hub's gateway, by gateway type
 * (ADR 0141). Source: Azure Network REST, GetInboundRoutesParameters.
 */
const connectionsOf: Readonly<Record<string, { child: string; type: string }>> = createSafeLookupTable({
  [armTypes.expressRouteGateway]: { child: 'expressRouteConnections', type: 'ExpressRouteConnection' },
  [armTypes.vpnGateway]: { child: 'vpnConnections', type: 'VpnConnection' },
})

export const hubGatewayTypes = Object.keys(connectionsOf)

const hubIdOf = (config: unknown) => parseArmId(createArmObject(config).object('virtualHub').text('id') ?? '')

/**
 * Returns the ARM ID of the hub that contains a gateway; null if unknown. Diagnostic operations about the gateway run
 * on the hub.
 */
export const getHubIdOfGateway = ({ config }: PlannedResource): string | null =>
  createArmObject(config).object('virtualHub').text('id')

/**
 * Returns a subresource for each connection of a hub's gateway: `hub/connection`, or `group/hub/connection` if the hub
 * is in another resource group than the gateway. The routes of each connection are requested from the hub.
 */
export function listHubConnectionSubresources({ resourceId, type, config }: PlannedResource): string[] {
  const hub = hubIdOf(config)
  const decoded = decodeResourceConfig(type, config)
  if (!hub || decoded?.resource !== 'gateway') return []
  const group = parseArmId(resourceId)?.resourceGroup?.toLowerCase()
  const isBeside = hub.resourceGroup?.toLowerCase() === group
  const place = isBeside ? hub.name : `${hub.resourceGroup}/${hub.name}`
  return decoded.hubConnections.map(({ name }) => `${place}/${name}`)
}

/**
 * Parses a subresource `hub/connection` or `group/hub/connection`.
 * @throws PollFailure `not_polled` if the subresource does not name a hub and a connection
 */
export function parseHubConnection({
  id,
  resourceId,
  subresource,
}: Pick<PollInput, 'id' | 'resourceId' | 'subresource'>) {
  const [connection, hub, group = id.resourceGroup, ...rest] = subresource.split('/').toReversed()
  const kind = connectionsOf[id.type]
  if (!connection || !hub || rest.length > 0 || !kind) {
    throw createUnsupportedFailure(
      `learned routes of a hub's gateway are polled for a connection such as hub/connection, not for "${subresource}"`,
    )
  }
  return { group, hub, resourceUri: `${resourceId}/${kind.child}/${connection}`, connectionType: kind.type }
}

interface HubRequest {
  path: string
  body: object
}

/**
 * Returns the request that reads a route table of a hub.
 * @returns null if the target is not a hub or one of its tables
 */
export function buildHubTableRequest({ resourceId, subresource }: PollTarget): HubRequest | null {
  const id = parseArmId(resourceId)
  if (!id?.resourceGroup || !isHubRouteTableType(id.type)) return null
  return {
    path: `${getTopLevelResourceId(resourceId)}/effectiveRoutes`,
    body: buildHubTableBody(resourceId, subresource),
  }
}

/**
 * Returns the request that reads the routes that a hub receives over one connection of its gateway.
 * @returns null if the target is not a gateway of a hub
 * @throws PollFailure `not_polled` if the subresource does not name a hub and a connection
 */
export function buildInboundRoutesRequest({ resourceId, subresource }: PollTarget): HubRequest | null {
  const id = parseArmId(resourceId)
  if (!id?.resourceGroup || !hubGatewayTypes.includes(id.type)) return null
  const { resourceGroup } = id
  const { group, hub, ...body } = parseHubConnection({ id: { ...id, resourceGroup }, resourceId, subresource })
  const place = `/subscriptions/${id.subscriptionId}/resourceGroups/${group}/providers/Microsoft.Network`
  return { path: `${place}/virtualHubs/${hub}/inboundRoutes`, body }
}

/**
 * Reports whether the route tables of this resource type belong to hubs, so that they contain effective routes. There
 * are two such types: the hub, as part of which its default table is polled, and the hub route table, for all other
 * tables of a hub.
 */
export const isHubRouteTableType = (type: string): boolean =>
  type === armTypes.virtualHub || type === armTypes.hubRouteTable

/**
 * Reports whether a hub route table is polled separately. The default table is not, because it is polled with its hub.
 */
export const isPolledHubTable = ({ type, resourceId }: PlannedResource): boolean =>
  type === armTypes.hubRouteTable && isOwnHubTable(parseArmId(resourceId)?.name ?? '')

/**
 * Returns the request body for reading a route table of a hub.
 * @param table name of the table; '' if `resourceId` is the table itself
 */
export const buildHubTableBody = (resourceId: string, table: string) => ({
  resourceId: table === '' ? resourceId : `${resourceId}/hubRouteTables/${table}`,
  virtualWanResourceType: 'RouteTable',
})

/**
 * Shortens an ARM ID to its last type and name, for example `expressRouteGateways/ErGw1`. An IP address is converted to
 * canonical form, and other text is returned trimmed.
 */
function shortHop(hop: string): string | null {
  const id = parseArmId(hop)
  if (!id) return canonicalizeAddress(hop) ?? (hop.trim() || null)
  return hop.split('/').filter(Boolean).slice(-2).join('/')
}

/**
 * Schema of a row of getEffectiveVirtualHubRoutes. It becomes a route for each combination of prefix and next hop.
 * Source: Azure Network REST, VirtualHubEffectiveRoute.
 */
const effectiveRow = createArmRowSchema({
  addressPrefixes: z.array(createPrefixField('prefixed')),
  nextHops: acceptEmptyAsNull(z.array(z.string())),
  nextHopType: armTextOrNullSchema,
  routeOrigin: armTextOrNullSchema,
  asPath: armAsPathSchema,
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

/**
 * Schema of a row of getInboundRoutes. BGP communities are not kept. Source: Azure Network REST,
 * EffectiveRouteMapRoute.
 */
const inboundRow = createArmRowSchema({ prefix: createPrefixField('prefixed'), asPath: armAsPathSchema }).transform(
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

/** Returns Azure's sentence without names and ids in it, which can contain any word. */
const withoutNames = (sentence: string) =>
  sentence
    .replace(/'[^']*'|"[^"]*"/g, '')
    .split(/\s/)
    .filter((word) => !word.includes('/'))
    .join(' ')

/** Splits an error code into words: `NoRouteData` becomes `No Route Data`. */
const splitWords = (code: string) => code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ')

/**
 * Converts a failure to the outcome `not_given` if Azure's answer means that Azure gives no routes for a connection of a
 * hub (ADR 0355): an empty body, `null`, or a 404 with a sentence about routes. Such an answer does not mean that the
 * connection has no routes.
 * @returns null for all other failures
 */
export function findRoutesNotGiven({ outcome, error }: PollFailure): PollFailure | null {
  const { code, detail, httpStatus } = error
  const isEmpty = outcome === 'malformed' && (code === 'EMPTY_BODY' || code === NULL_BODY_CODE)
  const isWithoutRoutes =
    outcome === 'not_found' && /\broutes?\b(?! (?:table|map))/i.test(`${splitWords(code)} ${withoutNames(detail)}`)
  if (!isEmpty && !isWithoutRoutes) return null
  return new PollFailure('not_given', { ...ROUTES_NOT_GIVEN, httpStatus })
}

export const decodeHubTableRoutes = ({ rows, at, unread }: OperationRows): RouteRow[] =>
  normalizeRouteTable(decodeRowsWithSchema(effectiveRow, rows, at, unread).flat())

/**
 * Decodes the routes that a hub receives over a connection.
 * @param subresource its last segment is the name of the connection, and becomes the `peer` of each route
 */
export function decodeInboundRoutes({ rows, at, unread }: OperationRows, subresource: string): RouteRow[] {
  const peer = subresource.split('/').at(-1) || null
  return normalizeRouteTable(decodeRowsWithSchema(inboundRow, rows, at, unread).map((row) => ({ ...row, peer })))
}
