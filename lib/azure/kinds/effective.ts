import { z } from 'zod'
import { armTypes, type RouteRow } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { OperationRows } from '../call/long-running.ts'
import { decodeResourceConfig } from '../config/index.ts'
import { PollFailure } from '../call/failure.ts'
import { decodeRowsWithSchema } from '../decode/decode.ts'
import { armAddressSchema, acceptEmptyAsNull, armTextSchema, armTextOrNullSchema } from '../decode/fields.ts'
import { createArmRowSchema } from '../decode/members.ts'
import { createCommandBuilder, buildArmPost } from './arm-requests.ts'
import { type KindDefinition, defineTableKind, getWholeResourcePaths } from './kind.ts'
import { createPrefixField, normalizeRouteTable } from './route-tables.ts'

const addresses = acceptEmptyAsNull(z.array(armAddressSchema))

/**
 * Schema of a row of getEffectiveRouteTable. It becomes a route for each combination of prefix and next hop. `peer` is
 * the source of the route: `Default`, `User` or `VirtualNetworkGateway`. If two sources have the same prefix, one of
 * the routes may be `Invalid`. Source: Azure Network REST, EffectiveRoute.
 */
const effectiveRow = createArmRowSchema({
  source: armTextOrNullSchema,
  state: armTextSchema,
  addressPrefix: z.array(createPrefixField('prefixed')),
  nextHopType: armTextOrNullSchema,
  nextHopIpAddress: addresses,
  // appliances that share the traffic (ECMP), if the next hop type is VirtualApplianceEcmp
  nextHop: acceptEmptyAsNull(createArmRowSchema({ nextHopIpAddresses: addresses })),
}).transform(({ source, state, addressPrefix, nextHopType, nextHopIpAddress, nextHop: equal }): RouteRow[] => {
  const hops = [...new Set([...(nextHopIpAddress ?? []), ...(equal?.nextHopIpAddresses ?? [])])]
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

const effectiveRowsIn = ({ rows, at, unread }: OperationRows): RouteRow[] =>
  normalizeRouteTable(decodeRowsWithSchema(effectiveRow, rows, at, unread).flat())

/** Error codes of failures in Azure itself, which do not depend on the state of the virtual machine. */
const OWN_FAULT = /^(?:internal|retryable|server|service)/i

/**
 * Polls the routes that Azure applies to a network interface: system routes, user-defined routes and routes from
 * gateways. Azure has these routes only while the virtual machine runs. Otherwise it refuses the request with an
 * undocumented error code. Source: Azure Network REST, NetworkInterfaces_GetEffectiveRouteTable.
 */
export const effectiveRoutesPollKind: KindDefinition<'effective'> = {
  types: [armTypes.networkInterface],
  actions: ['Microsoft.Network/networkInterfaces/effectiveRouteTable/action'],
  command: createCommandBuilder(
    armTypes.networkInterface,
    (name) => `az network nic show-effective-route-table --name ${name}`,
  ),
  putOff: 'first',
  interval: 'routesMs',
  leastIntervalMs: 15 * MS_PER_MINUTE,
  // an interface without a virtual machine has no effective routes
  subresources: ({ config }) =>
    decodeResourceConfig(armTypes.networkInterface, config).machine === null ? [] : getWholeResourcePaths(),
  refused: ({ outcome, error }) => {
    const isOwnFault = (error.httpStatus ?? 0) >= 500 || OWN_FAULT.test(error.code)
    return outcome === 'unavailable' && !isOwnFault ? new PollFailure('not_polled', error) : null
  },
  plainRequest: ({ resourceId }) => buildArmPost(`${resourceId}/effectiveRouteTable`),
  ...defineTableKind(
    'tables',
    ({ arm, id }, options) => arm.network.networkInterfaces.getEffectiveRouteTable(id.resourceGroup, id.name, options),
    effectiveRowsIn,
  ),
}
