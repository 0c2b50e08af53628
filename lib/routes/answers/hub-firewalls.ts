import { type IpAddress, doesPrefixContainAddress, parsePrefix } from '#lib/bgp/index.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  normalizeArmId,
  armTypes,
  type EpochMs,
  isHubFirewall,
  getTopLevelResourceId,
  parseArmId,
} from '#lib/contract/index.ts'
import { readGatewayNetworks, readHubForwarding, type HubForwarding } from '#lib/gateways/answers/index.ts'
import { readResourcePage, type ResourceView, readCoveringRoutes } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { RouteLookup } from '../api/index.ts'

interface FirewallQuery {
  address: IpAddress
  ip: string
  /**
   * resource in which the lookup starts: a hub, one of its route tables, or a gateway in it; null = the lookup covers
   * all hubs
   */
  resource: ResourceView | null
  at: EpochMs | undefined
  /** routes to the address that are in use */
  used: readonly { resourceId: string; nextHop: string | null }[]
}

/** A hub that may send traffic for the address through its firewall. */
interface HubRequest {
  /** `normalizeArmId` of the hub */
  key: string
  /** true if the lookup starts at the hub or at one of its route tables; false if it starts at a gateway in the hub */
  isTable: boolean
  used: readonly (string | null)[]
}

/**
 * Returns the firewall of a Virtual WAN hub through which traffic to an address passes, and the networks or connections
 * behind it. A routing policy for private traffic applies to all networks and connections of the hub, whatever their
 * own routes are.
 * @source learn.microsoft.com/azure/virtual-wan/how-to-routing-policies
 */
export async function findFirewallsOnPath(q: SqlExecutor, asked: FirewallQuery): Promise<RouteLookup['firewalls']> {
  const found: RouteLookup['firewalls'] = []
  for (const one of askedHubs(asked)) found.push(...(await firewallOfHub(q, asked, one)))
  return found
}

/**
 * Returns the hubs that may have a firewall on the path. If the lookup starts at a resource, it is the hub of this
 * resource. Otherwise it is each hub in which a route in use leads to a firewall.
 */
function askedHubs({ resource, used }: FirewallQuery): HubRequest[] {
  if (resource === null) {
    const sent = used.filter(({ nextHop }) => nextHop !== null && isHubFirewall(`/${nextHop}`))
    const byHub = Map.groupBy(sent, ({ resourceId }) => tableHubKey(resourceId))
    return [...byHub].map(([key, own]) => ({ key, isTable: true, used: own.map(({ nextHop }) => nextHop) }))
  }
  const key = hubKeyOf(resource)
  const isTable = resource.type === armTypes.virtualHub || resource.type === armTypes.hubRouteTable
  return key === null ? [] : [{ key, isTable, used: used.map(({ nextHop }) => nextHop) }]
}

async function firewallOfHub(
  q: SqlExecutor,
  asked: FirewallQuery,
  { key, isTable, used }: HubRequest,
): Promise<RouteLookup['firewalls']> {
  const { address, at } = asked
  const hub = (await readHubForwarding(q, at)).get(key)
  if (!hub) return []
  const own = { scope: hub.hub.id, scopeName: hub.hub.name }
  if (hub.policies === null) {
    const firewall = hub.firewallKey && parseArmId(hub.firewallKey)?.name
    return firewall ? [{ ...own, firewall, traffic: null, prefix: null, behind: null, unapplied: null }] : []
  }
  const isSent = used.some((hop) => hop !== null && isHubFirewall(`/${hop}`))
  const taken = hub.policies
    .filter(({ traffic }) => (isTable ? isSent : traffic === 'private' || used.length === 0))
    .flatMap(({ traffic, nextHop, prefixes, unapplied }) => {
      const [longest] = covering(prefixes, address)
      return longest ? [{ traffic, nextHop, unapplied, ...longest }] : []
    })
    .toSorted((a, b) => b.length - a.length)
  const [first] = taken
  if (!first) return []
  const { nextHop, traffic, prefix, unapplied } = first
  const firewall = parseArmId(nextHop)?.name ?? nextHop
  if (unapplied !== null && !isSent) return [{ ...own, firewall, traffic: null, prefix, behind: null, unapplied }]
  const behind = traffic === 'private' ? await behindFirewall(q, hub, key, asked) : null
  return [{ ...own, firewall, traffic, prefix, behind, unapplied: null }]
}

const tableHubKey = (resourceId: string): string => normalizeArmId(getTopLevelResourceId(resourceId))

function hubKeyOf({ type, resourceId, config }: ResourceView): string | null {
  if (type === armTypes.virtualHub || type === armTypes.hubRouteTable) return tableHubKey(resourceId)
  const gateway = decodeResourceConfig(type, config)
  return gateway?.resource === 'gateway' && gateway.kind === 'vwan' ? gateway.networkKey : null
}

/**
 * Returns the networks and connections of a hub to which the firewall presumably forwards packets for the address. (The
 * firewall's own routes are not polled.) They are the networks (by their address space) and connections (by their
 * learned routes) with the longest prefix that contains the address.
 */
async function behindFirewall(q: SqlExecutor, hub: HubForwarding, key: string, { address, ip, at }: FirewallQuery) {
  const then = at === undefined ? {} : { at }
  const [networks, inHub, routes] = await Promise.all([
    readResourcePage(q, { types: [armTypes.virtualNetwork], keys: hub.networkKeys, ...then }),
    readGatewayNetworks(q, null, at),
    readCoveringRoutes(q, { address: ip, at: at ?? null, kinds: ['learned'] }),
  ])
  const gateways = new Set(inHub.flatMap(({ gateway, networkKey }) => (networkKey === key ? gateway.id : [])))
  const spaces = networks.flatMap(({ name, type, config }) => {
    const network = decodeResourceConfig(type, config)
    const own = network?.resource === 'network' ? network.addressPrefixes : []
    return covering(own, address).map((one) => ({ ...one, kind: 'network' as const, name }))
  })
  const brought = routes
    .filter(({ scope, known }) => gateways.has(scope) && known !== 'unknown')
    .flatMap(({ prefix, peer, scopeName }) =>
      covering([prefix], address).map((one) => ({ ...one, kind: 'connection' as const, name: peer ?? scopeName })),
    )
  const all = [...spaces, ...brought].toSorted((a, b) => b.length - a.length)
  return all.filter(({ length }) => length === all[0]?.length).map(({ length: _, ...one }) => one)
}

/** Returns the prefixes that contain an address, longest first. */
const covering = (prefixes: readonly string[], address: IpAddress): { prefix: string; length: number }[] =>
  prefixes
    .flatMap((text) => {
      const prefix = parsePrefix(text)
      return prefix && doesPrefixContainAddress(prefix, address) ? [{ prefix: text, length: prefix.length }] : []
    })
    .toSorted((a, b) => b.length - a.length)
