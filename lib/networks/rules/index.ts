import { doesPrefixContainPrefix, overlapsPrefix, parsePrefix, type IpPrefix } from '#lib/bgp/index.ts'
import { isPeeringOutOfSync, type NetworkPeering, getNetworkPeeringState } from '#lib/contract/index.ts'
import type { NetworkConfigurationFinding, NetworkToEncode } from '../api/index.ts'

/** The facts about a network that are checked for faults. */
export type JudgedNetwork = Pick<
  NetworkToEncode,
  'id' | 'name' | 'kind' | 'addressPrefixes' | 'gatewayIds' | 'peerings'
> & {
  /** prefixes of the GatewaySubnet and RouteServerSubnet, or of the hub itself */
  gatewayPrefixes: readonly string[]
}

/**
 * The link subnet of one path of a circuit. `networkIds` are the networks with gateways to which the circuit is
 * connected.
 */
export interface PathLinkSubnet {
  circuit: string
  peering: string
  path: string
  subnet: string
  networkIds: readonly string[]
}

/** On-premises prefixes: the prefixes of a declared site, or the static routes of a VPN device. */
export interface OnPremisesPrefixes {
  name: string
  prefixes: readonly string[]
}

const PEERING = 'https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-peering'
const SYNC = 'https://learn.microsoft.com/azure/virtual-network/update-virtual-network-peering-address-space'
const TRANSIT = 'https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-peering-gateway-transit'
const ADDRESSES = 'https://learn.microsoft.com/azure/expressroute/expressroute-routing'

/**
 * Finds faults in the configuration of networks that certainly or possibly block traffic, by the ID of the network. If
 * the network at one end of a peering is not known, only the known end is checked.
 */
export function findNetworkFaults(
  networks: readonly JudgedNetwork[],
  links: readonly PathLinkSubnet[],
  onPrem: readonly OnPremisesPrefixes[],
): Map<string, NetworkConfigurationFinding[]> {
  const byId = new Map(networks.map((network) => [network.id, network]))
  const found = new Map<string, NetworkConfigurationFinding[]>()
  const add = (id: string, findings: readonly NetworkConfigurationFinding[]) => {
    if (findings.length > 0) found.set(id, [...(found.get(id) ?? []), ...findings])
  }
  for (const network of networks) {
    for (const peering of network.peerings) {
      add(network.id, ofPeering(network, peering, peering.remoteId === null ? undefined : byId.get(peering.remoteId)))
    }
  }
  const reached = reachableSets(networks, links)
  for (const network of networks) add(network.id, overlapOnPrem(network, onPrem))
  for (const network of networks.filter(({ gatewayPrefixes }) => gatewayPrefixes.length > 0)) {
    for (const other of networks) {
      if (other === network || reached(network.id) !== reached(other.id)) continue
      add(network.id, overlapOfNetworks(network, other))
    }
  }
  for (const link of links) {
    const [first] = link.networkIds
    if (first === undefined) continue
    const near = networks.filter(({ id }) => reached(id) === reached(first))
    for (const network of near) add(network.id, overlapOfLink(network, link))
    for (const id of new Set(link.networkIds)) add(id, linkOnPrem(link, onPrem))
  }
  return found
}

/**
 * Finds addresses that are used more than once among the networks that a circuit reaches. The circuit's link subnets,
 * the networks to which its gateways can route, and on-premises prefixes are compared. If the circuit has no gateway,
 * only link subnets and on-premises prefixes are compared.
 * @param links link subnets of the circuit
 */
export function findCircuitOverlaps(
  networks: readonly JudgedNetwork[],
  links: readonly PathLinkSubnet[],
  onPrem: readonly OnPremisesPrefixes[],
): NetworkConfigurationFinding[] {
  const own = new Set(links.flatMap(({ networkIds }) => networkIds))
  const reached = reachableSets(networks, links)
  const sets = new Set([...own].map(reached))
  const near = networks.filter(({ id }) => sets.has(reached(id)))
  const found = own.size === 0 ? links.flatMap((link) => linkOnPrem(link, onPrem)) : []
  found.push(...[...findNetworkFaults(near, links, onPrem).values()].flat().filter(({ kind }) => kind === 'overlap'))
  return [...new Map(found.map((one) => [one.text, one])).values()]
}

function ofPeering(
  own: JudgedNetwork,
  peering: NetworkPeering,
  remote: JudgedNetwork | undefined,
): NetworkConfigurationFinding[] {
  const { name, remoteName, state, syncLevel, back, otherSide } = peering
  const finding = (
    kind: NetworkConfigurationFinding['kind'],
    severity: NetworkConfigurationFinding['severity'],
    text: string,
    source: string,
  ) => ({
    kind,
    severity,
    peering: name,
    text,
    source,
  })
  if (getNetworkPeeringState(state) === 'disconnected') {
    return [
      finding(
        'disconnected',
        'warning',
        `${name} is Disconnected: the peering of ${remoteName} was deleted. Nothing passes until both sides are made again.`,
        PEERING,
      ),
    ]
  }
  if (getNetworkPeeringState(state) === 'initiated') {
    return [finding('one_sided', 'warning', `${name} is Initiated: ${remoteName} has no peering back.`, PEERING)]
  }
  const findings: NetworkConfigurationFinding[] = []
  if (isPeeringOutOfSync(syncLevel)) {
    const text = `${name} is ${syncLevel}: the address space of one side changed, and there are no routes to the new part until the peering is synced.`
    findings.push(finding('out_of_sync', 'warning', text, SYNC))
  }
  if (peering.allowVirtualNetworkAccess === false) {
    const text = `${name} does not allow access: ${own.name} and ${remoteName} don't reach each other.`
    findings.push(finding('no_access', 'info', text, PEERING))
  }
  if (otherSide === 'seen' && back) {
    if (peering.useRemoteGateways && back.allowGatewayTransit === false) {
      const text = `${name} uses the gateways of ${remoteName}, which does not allow gateway transit: ${own.name} has no route to on-premises by it.`
      findings.push(finding('no_transit', 'warning', text, TRANSIT))
    }
  }
  const remoteGateways = remote?.gatewayIds.length ?? 0
  if (own.kind === 'vnet' && own.gatewayIds.length > 0 && remoteGateways > 0 && !peering.useRemoteGateways) {
    const text = `${own.name} and ${remoteName} are peered and both have gateways: neither can use the gateways of the other.`
    findings.push(finding('own_gateway', 'info', text, TRANSIT))
  }
  return findings
}

/**
 * Groups the networks that can reach each other, by peerings or by gateways on the same circuit. A peering of single
 * subnets is ignored, because such peerings connect networks whose other addresses overlap.
 * @returns function that returns the same value for all networks of a group
 */
function reachableSets(networks: readonly JudgedNetwork[], links: readonly PathLinkSubnet[]): (id: string) => string {
  const parent = new Map(networks.map(({ id }) => [id, id]))
  const root = (id: string): string => {
    const up = parent.get(id) ?? id
    return up === id ? id : root(up)
  }
  const join = (a: string, b: string) => {
    if (parent.has(a) && parent.has(b)) parent.set(root(a), root(b))
  }
  for (const { id, peerings } of networks)
    for (const { remoteId, subnets } of peerings) if (remoteId !== null && subnets === null) join(id, remoteId)
  for (const { networkIds } of links) for (const id of networkIds) join(networkIds[0] ?? id, id)
  return root
}

const overlap = (
  text: string,
): Pick<NetworkConfigurationFinding, 'kind' | 'severity' | 'peering' | 'text' | 'source'> => ({
  kind: 'overlap',
  severity: 'warning',
  peering: null,
  text,
  source: ADDRESSES,
})

function overlapOfNetworks(own: JudgedNetwork, other: JudgedNetwork): NetworkConfigurationFinding[] {
  const pair = firstPair(own.gatewayPrefixes, other.addressPrefixes, overlapsPrefix)
  if (!pair) return []
  const what = own.kind === 'hub' ? 'space of the hub' : 'gateway subnet'
  return [overlap(`The ${what} ${pair[0]} of ${own.name} overlaps ${pair[1]} of ${other.name}.`)]
}

/**
 * Finds on-premises prefixes that are inside the address space of a network. An on-premises prefix that is larger than
 * the network, such as 10.0.0.0/8, is not a fault, because routers prefer the longer prefix of the network.
 */
function overlapOnPrem(
  { name, addressPrefixes }: JudgedNetwork,
  onPrem: readonly OnPremisesPrefixes[],
): NetworkConfigurationFinding[] {
  return onPrem.flatMap((site) => {
    const pair = firstPair(addressPrefixes, site.prefixes, doesPrefixContainPrefix)
    return pair ? [overlap(`${pair[1]} of ${site.name} lies in ${pair[0]} of ${name}.`)] : []
  })
}

function overlapOfLink(
  network: JudgedNetwork,
  { circuit, peering, path, subnet }: PathLinkSubnet,
): NetworkConfigurationFinding[] {
  const pair = firstPair([subnet], network.addressPrefixes, overlapsPrefix)
  return pair
    ? [overlap(`Link ${subnet} (${circuit}, ${peering}, ${path}) overlaps ${pair[1]} of ${network.name}.`)]
    : []
}

function linkOnPrem(
  { circuit, peering, path, subnet }: PathLinkSubnet,
  onPrem: readonly OnPremisesPrefixes[],
): NetworkConfigurationFinding[] {
  return onPrem.flatMap(({ name, prefixes }) => {
    const pair = firstPair([subnet], prefixes, doesPrefixContainPrefix)
    return pair ? [overlap(`Link ${subnet} (${circuit}, ${peering}, ${path}) is used by ${name}: ${pair[1]}.`)] : []
  })
}

function firstPair(
  own: readonly string[],
  others: readonly string[],
  meets: (own: IpPrefix, other: IpPrefix) => boolean,
): [string, string] | null {
  for (const text of own) {
    const prefix = parsePrefix(text)
    const other =
      prefix &&
      others.find((one) => {
        const read = parsePrefix(one)
        return read !== null && read.length > 0 && meets(prefix, read)
      })
    if (other) return [text, other]
  }
  return null
}
