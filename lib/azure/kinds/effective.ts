import { z } from 'zod'
import { armTypes, type RouteRow } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import type { AnsweredTable } from '../call/long-running.ts'
import { decodeConfig } from '../config/index.ts'
import { PollFailure } from '../call/failure.ts'
import { decodeRows } from '../decode/decode.ts'
import { address, orNothing, textField, textOrNull } from '../decode/fields.ts'
import { armRow } from '../decode/members.ts'
import { on, plainPost } from './by-hand.ts'
import { type KindDefinition, tableKind, wholeResource } from './kind.ts'
import { prefix, routeTable } from './route-tables.ts'

/**
 * A row of getEffectiveRouteTable: a route for each of its prefixes and next hops. `peer` is who brought it (`Default`, `User`,
 * `VirtualNetworkGateway`): two of them may have the same prefix, and one of them be `Invalid`. Source: Azure Network REST, EffectiveRoute.
 */
const effectiveRow = armRow({
  source: textOrNull,
  state: textField,
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

const effectiveRowsIn = ({ rows, at, unread }: AnsweredTable): RouteRow[] =>
  routeTable(decodeRows(effectiveRow, rows, at, unread).flat())

/** Of a fault of Azure's own, which says nothing about the virtual machine. */
const OWN_FAULT = /^(?:internal|retryable|server|service)/i

/**
 * The routes that Azure applies to a network interface: system routes, user-defined ones and those of gateways. Azure has them only while
 * the virtual machine runs, and refuses the operation otherwise; with which code is not documented.
 * Source: Azure Network REST, NetworkInterfaces_GetEffectiveRouteTable.
 */
export const effective: KindDefinition<'effective'> = {
  types: [armTypes.networkInterface],
  actions: ['Microsoft.Network/networkInterfaces/effectiveRouteTable/action'],
  command: on(armTypes.networkInterface, (name) => `az network nic show-effective-route-table --name ${name}`),
  putOff: 'first',
  interval: 'routesMs',
  leastIntervalMs: 15 * MINUTE,
  // attached to no virtual machine, it has none
  subresources: ({ config }) =>
    decodeConfig(armTypes.networkInterface, config).machine === null ? [] : wholeResource(),
  refused: ({ outcome, error }) => {
    const isOwnFault = (error.httpStatus ?? 0) >= 500 || OWN_FAULT.test(error.code)
    return outcome === 'unavailable' && !isOwnFault ? new PollFailure('not_polled', error) : null
  },
  plainRequest: ({ resourceId }) => plainPost(`${resourceId}/effectiveRouteTable`),
  ...tableKind(
    'tables',
    ({ arm, id }, options) => arm.network.networkInterfaces.getEffectiveRouteTable(id.resourceGroup, id.name, options),
    effectiveRowsIn,
  ),
}
