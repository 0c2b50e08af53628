import type { GatewayRouteTableRow } from '../../../model/route.ts'
import { HUB_GATEWAY_NAME, GATEWAY_INSTANCE_ADDRESSES } from '../../../testing/estates.ts'
import { createLongEstablishedSession } from '../../../testing/scene.ts'

/** Primary path of a circuit's private peering. */
export const PRIMARY_PATH_SUBRESOURCE = 'AzurePrivatePeering/primary'
/** Neighbors of the gateway: one edge router of each circuit. */
export const [LONDON_NEIGHBORS, AMSTERDAM_NEIGHBORS] = ['10.0.4.4', '10.0.4.6']
export const TEST_PREFIX = '10.10.0.0/16'

/** Returns a route that one instance has learned. */
export const createLearnedRoute = (peer: string, prefix = TEST_PREFIX): GatewayRouteTableRow => ({
  gateway: HUB_GATEWAY_NAME,
  instance: GATEWAY_INSTANCE_ADDRESSES[0],
  peer,
  prefix,
  nextHop: peer,
  asPath: [12076, 65001],
  origin: 'EBgp',
  weight: 32769,
  localPref: null,
})
/** Returns sessions of both instances with one neighbor. */
export const createSessionsWithNeighbor = (
  neighbor: string,
  more: Parameters<typeof createLongEstablishedSession>[2] = {},
) =>
  Object.fromEntries(
    GATEWAY_INSTANCE_ADDRESSES.map((instance) => [
      `${instance} ${neighbor}`,
      createLongEstablishedSession(instance, neighbor, more),
    ]),
  )
