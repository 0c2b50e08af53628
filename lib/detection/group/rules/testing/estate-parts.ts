import type { RouteEntry } from '../../../model/route.ts'
import { HUB, INSTANCES } from '../../../testing/estates.ts'
import { sessionFact } from '../../../testing/scene.ts'

/** Primary path of a circuit's private peering. */
export const PRIMARY = 'AzurePrivatePeering/primary'
/** Neighbors of the gateway: one edge router of each circuit. */
export const [LON, AMS] = ['10.0.4.4', '10.0.4.6']
export const PREFIX = '10.10.0.0/16'

/** Returns a route that one instance has learned. */
export const route = (peer: string, prefix = PREFIX): RouteEntry => ({
  gateway: HUB,
  instance: INSTANCES[0],
  peer,
  prefix,
  nextHop: peer,
  asPath: [12076, 65001],
  origin: 'EBgp',
  weight: 32769,
  localPref: null,
})
/** Returns sessions of both instances with one neighbor. */
export const sessionsWith = (neighbor: string, more: Parameters<typeof sessionFact>[2] = {}) =>
  Object.fromEntries(INSTANCES.map((instance) => [`${instance} ${neighbor}`, sessionFact(instance, neighbor, more)]))
