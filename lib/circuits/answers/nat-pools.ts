import { MICROSOFT_ASN, MSEE_ASN, parsePrefix, containsPrefix } from '#lib/bgp/index.ts'
import type { Circuit, NatPool, PeeringView } from '../api/index.ts'
import { type CircuitPath, peeringKind } from '#lib/contract/index.ts'
import { routesCovering, type RouteAt } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { readSources } from '#lib/questions/index.ts'

/**
 * Whether answers to a pool of public addresses come back by each path: Microsoft sends them where a prefix that covers the pool is
 * announced. A pool that one path alone announces is lost with it, and so is every connection that is translated to it.
 * Source: Azure documentation, "ExpressRoute NAT requirements", redundancy of NAT.
 */
export async function natPools(
  q: Queryable,
  { id }: Pick<Circuit, 'id'>,
  peering: PeeringView,
  pools: readonly string[],
): Promise<NatPool[]> {
  if (pools.length === 0) return []
  const read = (await readSources(q, id)).filter(({ poll }) => poll.kind === 'tables' && poll.lastOkAt !== null)
  const isRead = (path: CircuitPath) =>
    read.some(({ subresource }) => subresource.toLowerCase() === `${peering.name}/${path}`.toLowerCase())
  return Promise.all(
    pools.map(async (prefix) => {
      const covering = await routesCovering(q, { address: prefix, scope: id, at: null, kinds: ['tables'] })
      const announced = covering.filter((route) => peeringKind(route.peering) === 'microsoft' && isCustomers(route))
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

/** Microsoft's own routes stand in the same table; what has no AS path is the link itself. */
function isCustomers({ asPath }: Pick<RouteAt, 'asPath'>): boolean {
  const first = asPath.find((asn) => asn !== MSEE_ASN)
  return first !== undefined && first !== MICROSOFT_ASN
}

function covers(outer: string, inner: string): boolean {
  const [a, b] = [parsePrefix(outer), parsePrefix(inner)]
  return a !== null && b !== null && containsPrefix(a, b)
}
