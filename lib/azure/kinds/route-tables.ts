import { z } from 'zod'
import { formatAsPath, formatPrefix, readPrefix } from '#lib/bgp/index.ts'
import type { RouteRow } from '#lib/contract/index.ts'
import { decodeRows } from '../decode/decode.ts'
import { addressOrNull, asPath, field, integerOrNull, nextHop, textField, textOrNull } from '../decode/fields.ts'
import type { AnsweredTable } from '../call/long-running.ts'
import { addressSortKey, distinct, prefixSortKey, sortedBy } from '../order.ts'
import { isJsonObject } from '../decode/json.ts'
import { armRow, member } from '../decode/members.ts'

/**
 * Defines a field for a prefix, converted to canonical text. In `classful` tables, routers omit the mask of classful
 * IPv4 networks and print the default route as a word.
 */
export const prefix = (table: 'classful' | 'prefixed') =>
  field(
    'a prefix',
    (value) => {
      const read = typeof value === 'string' ? readPrefix(value, { table }) : null
      return read ? formatPrefix(read.prefix) : undefined
    },
    true,
  )

const gatewayFields = {
  // address of the gateway's instance; null for routes that a gateway would advertise to a peer without a session
  localAddress: addressOrNull,
  network: prefix('prefixed'),
  nextHop,
  sourcePeer: addressOrNull,
  origin: textOrNull,
  asPath,
  weight: integerOrNull,
}

/** A row of getLearnedRoutes or getAdvertisedRoutes. Source: Azure Network REST, GatewayRoute. */
export const gatewayRouteRow = armRow(gatewayFields).transform(
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
 * A row of a Route Server's peer, in the table of one instance. The instance is the name of that table and not
 * `localAddress`, because each table in Azure's example has rows of both addresses. Source: Azure Network REST,
 * PeerRoute.
 */
export const peerRouteRow = armRow({ ...gatewayFields, instance: textField }).transform(
  ({ localAddress: _, network, sourcePeer, asPath: path, ...row }): RouteRow => ({
    ...row,
    ...path,
    prefix: network,
    peer: sourcePeer,
    localPref: null,
  }),
)

/**
 * A row of a path's routeTables, which is router output as JSON. Source: Azure Network REST,
 * ExpressRouteCircuitRoutesTable.
 */
export const pathRouteRow = z.preprocess(
  defaultOfFamily,
  armRow({
    network: prefix('classful'),
    nextHop,
    locPrf: integerOrNull,
    weight: integerOrNull,
    path: asPath,
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

/** Converts the word `default` to `::/0` if the next hop is an IPv6 address. */
function defaultOfFamily(row: unknown): unknown {
  if (!isJsonObject(row)) return row
  const [network, hop] = [member(row, 'network'), member(row, 'nextHop')]
  const isWord = typeof network === 'string' && /^\s*default\s*$/i.test(network)
  return isWord && typeof hop === 'string' && hop.includes(':') ? { ...row, network: '::/0' } : row
}

/**
 * Returns the identity of a route, which is its whole row: the same prefix from several peers or instances is ECMP and
 * not a duplicate.
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
    prefixSortKey(row.prefix),
    addressSortKey(row.instance),
    addressSortKey(row.peer),
    addressSortKey(row.nextHop),
    identity(row),
  ].join(' ')

/** Removes duplicates and sorts by prefix, then instance, peer and next hop. */
export function routeTable(rows: readonly RouteRow[]): RouteRow[] {
  return sortedBy(distinct(rows, identity), position)
}

/** Decodes the routes of a gateway's table. */
export const gatewayRoutesIn = ({ rows, at, unread }: AnsweredTable): RouteRow[] =>
  routeTable(decodeRows(gatewayRouteRow, rows, at, unread))

/** Decodes the routes of a circuit path's table. */
export const pathRoutesIn = ({ rows, at, unread }: AnsweredTable): RouteRow[] =>
  routeTable(decodeRows(pathRouteRow, rows, at, unread))
