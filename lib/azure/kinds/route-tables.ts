import { z } from 'zod'
import { formatAsPath, formatPrefix, parsePrefixWithHostBits } from '#lib/bgp/index.ts'
import type { RouteRow } from '#lib/contract/index.ts'
import { decodeRowsWithSchema } from '../decode/decode.ts'
import {
  armAddressOrNullSchema,
  armAsPathSchema,
  createArmField,
  armIntegerOrNullSchema,
  armNextHopSchema,
  armTextSchema,
  armTextOrNullSchema,
} from '../decode/fields.ts'
import type { OperationRows } from '../call/long-running.ts'
import { buildAddressSortKey, removeDuplicates, buildPrefixSortKey, sortByKey } from '../sort-keys.ts'
import { isJsonObject } from '../decode/json.ts'
import { createArmRowSchema, getArmMember } from '../decode/members.ts'

/**
 * Defines a field that contains a prefix and is converted to canonical text. In a `classful` table, a classful IPv4
 * network (such as 10.0.0.0/8) has no mask, and the default route is the word `default`.
 */
export const createPrefixField = (table: 'classful' | 'prefixed') =>
  createArmField(
    'a prefix',
    (value) => {
      const read = typeof value === 'string' ? parsePrefixWithHostBits(value, { table }) : null
      return read ? formatPrefix(read.prefix) : undefined
    },
    true,
  )

const gatewayFields = {
  // the address of the gateway's instance; null for a route that the gateway would advertise to a peer without a
  // session
  localAddress: armAddressOrNullSchema,
  network: createPrefixField('prefixed'),
  nextHop: armNextHopSchema,
  sourcePeer: armAddressOrNullSchema,
  origin: armTextOrNullSchema,
  asPath: armAsPathSchema,
  weight: armIntegerOrNullSchema,
}

/** Schema of a row of getLearnedRoutes or getAdvertisedRoutes. Source: Azure Network REST, GatewayRoute. */
export const gatewayRouteRowSchema = createArmRowSchema(gatewayFields).transform(
  ({ localAddress, network, sourcePeer, asPath: path, ...row }): RouteRow => ({
    ...row,
    ...path,
    instance: localAddress,
    prefix: network,
    peer: sourcePeer,
    localPref: null,
  }),
)

/**
 * Schema of a route that belongs to a BGP peer of a Route Server or hub. Azure returns one table per instance, and the
 * name of the table becomes the `instance` of the route. `localAddress` is not used for it, because in Azure's example
 * each table has rows with the addresses of both instances. Source: Azure Network REST, PeerRoute.
 */
export const peerRouteRowSchema = createArmRowSchema({ ...gatewayFields, instance: armTextSchema }).transform(
  ({ localAddress: _, network, sourcePeer, asPath: path, ...row }): RouteRow => ({
    ...row,
    ...path,
    prefix: network,
    peer: sourcePeer,
    localPref: null,
  }),
)

/**
 * Schema of a row of routeTables of a circuit's path, which Azure builds from the router's output. Source: Azure
 * Network REST, ExpressRouteCircuitRoutesTable.
 */
export const pathRouteRowSchema = z.preprocess(
  defaultOfFamily,
  createArmRowSchema({
    network: createPrefixField('classful'),
    nextHop: armNextHopSchema,
    locPrf: armIntegerOrNullSchema,
    weight: armIntegerOrNullSchema,
    path: armAsPathSchema,
  }).transform(
    ({ network, locPrf, path, ...row }): RouteRow => ({
      ...row,
      ...path,
      instance: null,
      prefix: network,
      peer: null,
      origin: null,
      localPref: locPrf,
    }),
  ),
)

/** Replaces the word `default` by `::/0` if the next hop is an IPv6 address. */
function defaultOfFamily(row: unknown): unknown {
  if (!isJsonObject(row)) return row
  const [network, hop] = [getArmMember(row, 'network'), getArmMember(row, 'nextHop')]
  const isWord = typeof network === 'string' && /^\s*default\s*$/i.test(network)
  return isWord && typeof hop === 'string' && hop.includes(':') ? { ...row, network: '::/0' } : row
}

/**
 * Returns a text that is equal for duplicate routes. It contains all members of the route: routes to the same prefix
 * from several peers or instances are not duplicates, because traffic can use all of them (ECMP).
 */
const identity = (row: RouteRow) =>
  JSON.stringify([
    row.instance,
    row.prefix,
    row.peer,
    row.nextHop,
    formatAsPath(row),
    row.origin,
    row.weight,
    row.localPref,
    row.state,
  ])

const position = (row: RouteRow) =>
  [
    buildPrefixSortKey(row.prefix),
    buildAddressSortKey(row.instance),
    buildAddressSortKey(row.peer),
    buildAddressSortKey(row.nextHop),
    identity(row),
  ].join(' ')

/** Removes duplicate routes, and sorts by prefix, then by instance, peer and next hop. */
export function normalizeRouteTable(rows: readonly RouteRow[]): RouteRow[] {
  return sortByKey(removeDuplicates(rows, identity), position)
}

/** Decodes a table of routes that a gateway learned or advertises. */
export const decodeGatewayRoutes = ({ rows, at, unread }: OperationRows): RouteRow[] =>
  normalizeRouteTable(decodeRowsWithSchema(gatewayRouteRowSchema, rows, at, unread))

/** Decodes the route table of a circuit's path. */
export const decodePathRoutes = ({ rows, at, unread }: OperationRows): RouteRow[] =>
  normalizeRouteTable(decodeRowsWithSchema(pathRouteRowSchema, rows, at, unread))
