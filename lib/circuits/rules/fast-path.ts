import type { FastPath, FastPathFinding } from '../api/index.ts'
import { azureDocumentedValues, formatFastPathSkus, type AzureLimitUse, canUseFastPath } from '#lib/contract/index.ts'

const ABOUT = azureDocumentedValues.fastpath_addresses.source

/** Minimum number of scale units at which a scalable gateway supports FastPath. */
const MIN_UNITS = azureDocumentedValues.fastpath_scale_units.value

/** Facts about a connection, its gateway and its circuit that decide which traffic uses FastPath; null = unknown. */
export interface FastPathFacts {
  on: boolean | null
  sku: string | null
  /** number of scale units; null = unknown, or the gateway has a fixed size */
  units: number | null
  /** true if the circuit is on an ExpressRoute Direct port */
  direct: boolean | null
  /** bandwidth of the ExpressRoute Direct port, Gbit/s */
  portGbps: number | null
  /**
   * number of addresses to which FastPath has routes. It is the number of the resource to which the limit applies: the
   * circuit, or its ExpressRoute Direct port
   */
  routes: number | null
  /** whether the GatewaySubnet has a route table with routes; null = unknown */
  hasUserRoutes: boolean | null
  region: string | null
  /** whether the gateway's network has IPv6 address space */
  hasIpv6: boolean | null
  /** networks that are peered with the gateway's network. A `region` of null means that the region is unknown */
  peered: readonly { name: string; region: string | null }[]
}

/**
 * Determines which traffic of a connection uses FastPath and which goes through the gateway. Facts that ARM does not
 * report become findings with the state `unknown`. Source: Azure documentation, "About ExpressRoute FastPath"
 * (circuits, gateways, IP address limits, limitations).
 */
export function judgeFastPath(facts: FastPathFacts): FastPath {
  const supported = canUseFastPath(facts.sku, facts.units)
  return {
    on: facts.on,
    supported,
    addressLimit: findFastPathLimit(facts),
    routes: facts.routes,
    findings: facts.on === true ? findingsOf(facts, supported) : [],
    source: ABOUT,
  }
}

/**
 * Returns the maximum number of addresses for FastPath. A circuit of a provider has its own limit; all circuits of an
 * ExpressRoute Direct port share the limit of the port.
 * @returns null if the limit is unknown
 */
export function findFastPathLimit({ direct, portGbps }: Pick<FastPathFacts, 'direct' | 'portGbps'>): number | null {
  if (direct === null) return null
  if (!direct) return azureDocumentedValues.fastpath_addresses.value
  return portGbps === null
    ? null
    : azureDocumentedValues[portGbps >= 100 ? 'fastpath_addresses_direct_100' : 'fastpath_addresses_direct'].value
}

/** Compares the number of FastPath addresses with the limit. The result is empty if either number is unknown. */
export function compareFastPathLimit({
  direct,
  portGbps,
  routes,
}: Pick<FastPathFacts, 'direct' | 'portGbps' | 'routes'>): AzureLimitUse[] {
  const limit = findFastPathLimit({ direct, portGbps })
  if (limit === null || routes === null) return []
  const note = `${direct ? 'Counted at the port of ExpressRoute Direct, for all of its circuits. ' : ''}What is beyond the limit passes the gateway.`
  return [{ name: 'fastpath_routes', limit, count: routes, share: routes / limit, note, source: ABOUT }]
}

function findingsOf(facts: FastPathFacts, supported: boolean | null): FastPathFinding[] {
  const { sku, direct, hasUserRoutes, peered, region } = facts
  const findings: FastPathFinding[] = []
  const add = (state: FastPathFinding['state'], text: string) => findings.push({ state, text })
  if (supported === false)
    add(
      'breaks',
      `${sku} does not take FastPath: it needs ${formatFastPathSkus(region, `ErGwScale with ${MIN_UNITS} scale units`)}.`,
    )
  if (hasUserRoutes && direct === false)
    add(
      'breaks',
      'The GatewaySubnet has user-defined routes: FastPath follows them on ExpressRoute Direct alone, here the gateway does.',
    )
  if (hasUserRoutes === null) add('unknown', 'Whether the GatewaySubnet has user-defined routes is not known.')
  if (peered.length > 0 && direct === false)
    add(
      'breaks',
      `${peered.length} peered ${peered.length === 1 ? 'network is' : 'networks are'} reached through the gateway: FastPath goes over peerings on ExpressRoute Direct alone.`,
    )
  const far =
    direct === true ? peered.filter((one) => one.region !== null && region !== null && one.region !== region) : []
  if (far.length > 0)
    add(
      'breaks',
      `${far.map(({ name }) => name).join(', ')}: peered from another region, which FastPath does not reach.`,
    )
  if (direct === false && facts.hasIpv6 !== false)
    add(
      facts.hasIpv6 === true ? 'breaks' : 'unknown',
      'IPv6 of the network passes the gateway: on a provider’s circuit FastPath takes IPv4 alone.',
    )
  if (direct === null) add('unknown', 'Whether the circuit is on ExpressRoute Direct is not known.')
  add(
    'unknown',
    `Not polled: private endpoints (${direct === true ? 'reached in limited cases, in the gateway’s own network' : 'not reached on a provider’s circuit'}), Basic load balancers and DNS Private Resolver, which the gateway serves.`,
  )
  return findings
}
