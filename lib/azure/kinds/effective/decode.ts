import { z } from 'zod'
import type { RouteRow } from '#lib/contract/index.ts'
import { decodeRows } from '../../decode/decode.ts'
import { address, orNothing, text, textOrNull } from '../../decode/fields.ts'
import type { Table } from '../../call/long-running.ts'
import { prefix, routeTable } from '../route-tables.ts'
import { armRow } from '../../decode/members.ts'

/**
 * A row of getEffectiveRouteTable: a route for each of its prefixes and next hops. `peer` is who brought it (`Default`, `User`,
 * `VirtualNetworkGateway`): two of them may have the same prefix, and one of them be `Invalid`. Source: Azure Network REST, EffectiveRoute.
 */
const effectiveRow = armRow({
  source: textOrNull,
  state: text,
  addressPrefix: z.array(prefix('prefixed')),
  nextHopType: textOrNull,
  nextHopIpAddress: orNothing(z.array(address)),
}).transform(({ source, state, addressPrefix, nextHopType, nextHopIpAddress }): RouteRow[] => {
  const hops = nextHopIpAddress ?? []
  return addressPrefix.flatMap((own) =>
    (hops.length === 0 ? [null] : hops).map((nextHop) => ({
      instance: null,
      prefix: own,
      nextHop,
      peer: source,
      origin: nextHopType,
      asPath: [],
      weight: null,
      localPref: null,
      state,
    })),
  )
})

export const effectiveRowsIn = ({ rows, at, unread }: Table): RouteRow[] =>
  routeTable(decodeRows(effectiveRow, rows, at, unread).flat())
