import type { StoredCircuit, StoredCircuitPath, StoredPeering, NatPool } from '../api/index.ts'
import { type EpochMs, type CircuitPath, parsePeeringType } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import {
  type DetectionSettings,
  detectPeerFamily,
  findPrefixLimit,
  forecastLimitReached,
} from '#lib/detection/index.ts'
import { countMicrosoftPrefixes } from '../store/index.ts'
import { readPrefixMaxima, readCoveringRoutes, type RouteAtMoment } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readThresholdsInForce, readSources } from '#lib/questions/index.ts'
import { MICROSOFT_ASN, MSEE_ASN, parsePrefix, doesPrefixContainPrefix } from '#lib/bgp/index.ts'

/**
 * Adds details to the peerings of a circuit: the number of prefixes that Microsoft advertises, the declared NAT pools,
 * and for each path how many more prefixes it can receive and when the limit is reached if the trend continues.
 */
export async function addPeeringDetails(
  q: SqlExecutor,
  circuit: StoredCircuit,
  declaredPools: readonly string[],
  now: EpochMs,
): Promise<StoredPeering[]> {
  const settings = await readThresholdsInForce(q)
  return Promise.all(
    circuit.peerings.map(async (peering) => ({
      ...peering,
      paths: await Promise.all(
        peering.paths.map(async (path) => ({
          ...path,
          headroom: await headroomOf(q, circuit, peering, path, settings, now),
        })),
      ),
      prefixesReceived:
        peering.type === 'microsoft'
          ? await countMicrosoftPrefixes(q, { scope: circuit.id, peering: peering.name })
          : null,
      ...(peering.type === 'microsoft' ? { natPools: await natPools(q, circuit, peering, declaredPools) } : {}),
    })),
  )
}

async function headroomOf(
  q: SqlExecutor,
  { id, sku }: StoredCircuit,
  peering: StoredPeering,
  { path, customerAddress: neighbor, routesReceived: count }: StoredCircuitPath,
  settings: DetectionSettings,
  now: EpochMs,
): Promise<StoredCircuitPath['headroom']> {
  const limit = findPrefixLimit(
    peering.name,
    sku.tier?.toLowerCase() === 'premium',
    settings,
    detectPeerFamily(neighbor),
  )
  if (limit === null || count === null || neighbor === null) return null
  const from = now - settings['headroom.trend.days'] * MS_PER_DAY
  const days = await readPrefixMaxima(q, { scope: id, subresource: `${peering.name}/${path}`, neighbor, from, to: now })
  const least = settings['headroom.trend.least']
  const between = forecastLimitReached(days, limit, least)
  return {
    limit,
    count,
    share: count / limit,
    runsOutBetween: between,
    trend: between ? 'growing' : days.length < least ? 'too_few_days' : 'none',
    days: days.map((one) => ({ day: one.day, most: one.count })),
    leastDays: least,
  }
}

/**
 * Returns for each declared NAT pool (public addresses) whether return traffic can use each of the two paths. Microsoft
 * sends return traffic over a path only if the customer advertises a prefix on this path that covers the pool. If the
 * prefix is advertised on one path only, the loss of that path interrupts all connections that use the pool. Source:
 * Azure documentation, "ExpressRoute NAT requirements", redundancy of NAT.
 */
async function natPools(
  q: SqlExecutor,
  { id }: Pick<StoredCircuit, 'id'>,
  peering: StoredPeering,
  pools: readonly string[],
): Promise<NatPool[]> {
  if (pools.length === 0) return []
  const read = (await readSources(q, id)).filter(({ poll }) => poll.kind === 'tables' && poll.lastOkAt !== null)
  const isRead = (path: CircuitPath) =>
    read.some(({ subresource }) => subresource.toLowerCase() === `${peering.name}/${path}`.toLowerCase())
  return Promise.all(
    pools.map(async (prefix) => {
      const covering = await readCoveringRoutes(q, { address: prefix, scope: id, at: null, kinds: ['tables'] })
      const announced = covering.filter(
        (route) => parsePeeringType(route.peering) === 'microsoft' && isCustomers(route),
      )
      const stateOf = (path: CircuitPath): NatPool['primary'] => {
        if (!isRead(path)) return 'unknown'
        return announced.some((route) => route.path === path) ? 'carried' : 'not_announced'
      }
      return {
        prefix,
        configured: peering.advertisedPrefixes.find((one) => covers(one.prefix, prefix))?.prefix ?? null,
        primary: stateOf('primary'),
        secondary: stateOf('secondary'),
      }
    }),
  )
}

/**
 * Reports whether a route is from the customer. The same route table also contains Microsoft's routes, and the link
 * subnets, whose AS path is empty.
 */
function isCustomers({ asPath }: Pick<RouteAtMoment, 'asPath'>): boolean {
  const first = asPath.find((asn) => asn !== MSEE_ASN)
  return first !== undefined && first !== MICROSOFT_ASN
}

function covers(outer: string, inner: string): boolean {
  const [a, b] = [parsePrefix(outer), parsePrefix(inner)]
  return a !== null && b !== null && doesPrefixContainPrefix(a, b)
}
