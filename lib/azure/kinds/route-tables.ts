import { z } from 'zod'
import { formatAsPath, formatPrefix, readPrefix } from '#lib/bgp/index.ts'
import type { RouteRow } from '#lib/contract/index.ts'
import { decodeRows } from '../decode/decode.ts'
import { addressOrNull, asPath, field, integerOrNull, nextHop, textField, textOrNull } from '../decode/fields.ts'
import type { AnsweredTable } from '../call/long-running.ts'
import { addressKey, distinct, prefixKey, sortedBy } from '../order.ts'
import { isJsonObject } from '../decode/json.ts'
import { armRow, member } from '../decode/members.ts'

/** A prefix in canonical text. Routers print classful IPv4 networks without their mask, and the default route by itself. */
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
  // none in what a gateway would advertise to a peer that it has no session with
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
 * A row of a Route Server's peer, in the table of one instance. Source: Azure Network REST, PeerRoute. The instance is named by that table:
 * Azure's own example has rows of both addresses in each.
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

/** A row of a path's routeTables: router output as JSON. Source: Azure Network REST, ExpressRouteCircuitRoutesTable. */
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

/** A default route that is printed as a word is of its next hop's family. */
function defaultOfFamily(row: unknown): unknown {
  if (!isJsonObject(row)) return row
  const [network, hop] = [member(row, 'network'), member(row, 'nextHop')]
  const isWord = typeof network === 'string' && /^\s*default\s*$/i.test(network)
  return isWord && typeof hop === 'string' && hop.includes(':') ? { ...row, network: '::/0' } : row
}

/** Identity of a route is the whole row: the same prefix by several peers or instances is ECMP, not a double. */
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
  [prefixKey(row.prefix), addressKey(row.instance), addressKey(row.peer), addressKey(row.nextHop), identity(row)].join(
    ' ',
  )

/** Doubles dropped, by prefix, then instance, peer and next hop. */
export function routeTable(rows: readonly RouteRow[]): RouteRow[] {
  return sortedBy(distinct(rows, identity), position)
}

/** The routes of a table that a gateway answered with. */
export const gatewayRoutesIn = ({ rows, at, unread }: AnsweredTable): RouteRow[] =>
  routeTable(decodeRows(gatewayRouteRow, rows, at, unread))

/** The routes of a circuit path's table. */
export const pathRoutesIn = ({ rows, at, unread }: AnsweredTable): RouteRow[] =>
  routeTable(decodeRows(pathRouteRow, rows, at, unread))
