import { linkHosts, reservedBy } from '#lib/bgp/index.ts'
import type { Circuit, CircuitPath } from '#lib/contract/index.ts'
import { type ArmObject, armObject } from './arm-object.ts'

export type PeeringView = Circuit['peerings'][number]

/** What BGP with the customer's router runs over on one path, in one address family. */
export interface PathLink {
  family: 4 | 6
  customer: string
  microsoft: string
  /** of the peering, or of its IPv6 part: ARM's word */
  state: string | null
}

/** The peering whose two paths are the circuit's paths: private, or else Microsoft. Null without any. */
export interface WatchedPeering {
  name: string
  state: string | null
  /** IPv4's first; empty where a path has no subnet */
  links: Record<CircuitPath, PathLink[]>
}

/** The link whose session a path's state follows: IPv4's, or IPv6's where there is no other. Null without any. */
export function mainLink({ watched }: Pick<CircuitConfig, 'watched'>, path: CircuitPath): PathLink | null {
  return watched?.links[path][0] ?? null
}

export interface CircuitConfig {
  peeringLocation: string | null
  provider: string | null
  bandwidthMbps: number | null
  sku: { tier: string | null; family: string | null }
  provisioning: { circuit: string | null; provider: string | null }
  serviceKey: string | null
  stag: number | null
  globalReachEnabled: boolean | null
  connectivity: Circuit['connectivity']
  portId: string | null
  peerings: PeeringView[]
  watched: WatchedPeering | null
}

export function readCircuit(config: unknown): CircuitConfig {
  const circuit = armObject(config)
  const provider = circuit.object('serviceProviderProperties')
  const sku = circuit.object('sku')
  const gigabits = circuit.number('bandwidthInGbps')
  const peerings = circuit.list('peerings')
  return {
    peeringLocation: provider.text('peeringLocation'),
    provider: provider.text('serviceProviderName'),
    bandwidthMbps: provider.number('bandwidthInMbps') ?? (gigabits === null ? null : gigabits * 1_000),
    sku: { tier: sku.text('tier'), family: sku.text('family') },
    provisioning: {
      circuit: circuit.text('circuitProvisioningState'),
      provider: circuit.text('serviceProviderProvisioningState'),
    },
    serviceKey: masked(circuit.text('serviceKey')),
    stag: circuit.number('stag'),
    globalReachEnabled: circuit.flag('globalReachEnabled'),
    connectivity: connectivityOf(circuit, peerings),
    portId: circuit.object('expressRoutePort').text('id'),
    peerings: peerings.map(peeringView),
    watched: watchedPeering(peerings),
  }
}

/** Who runs BGP decides whom to call: whoever last wrote the peering. ARM prints it in no other way. */
function connectivityOf(circuit: ArmObject, peerings: ArmObject[]): Circuit['connectivity'] {
  if (circuit.has('expressRoutePort')) return 'direct'
  const writer = peerings.map((peering) => peering.text('lastModifiedBy')).find((name) => name !== null)
  if (!writer) return null
  return writer.toLowerCase() === 'customer' ? 'exchange' : 'telco'
}

/** A service key lets its holder order the circuit's other half: only its end is shown. */
function masked(key: string | null): string | null {
  if (key === null || key.startsWith('*')) return key
  return key.length < 12 ? '****' : `****${key.slice(-4)}`
}

function peeringView(peering: ArmObject): PeeringView {
  const peerAsn = peering.number('peerASN')
  const type = peering.text('peeringType') ?? peering.text('name') ?? ''
  return {
    name: peering.text('name') ?? type,
    peeringType: type,
    state: peering.text('state'),
    azureAsn: peering.number('azureASN'),
    peerAsn,
    peerAsnReserved: peerAsn === null ? null : reservedBy(peerAsn),
    vlanId: peering.number('vlanId'),
    primaryPeerAddressPrefix: peering.text('primaryPeerAddressPrefix'),
    secondaryPeerAddressPrefix: peering.text('secondaryPeerAddressPrefix'),
    advertisedPublicPrefixesState: peering.object('microsoftPeeringConfig').text('advertisedPublicPrefixesState'),
    routeFilterId: peering.object('routeFilter').text('id'),
  }
}

function watchedPeering(peerings: ArmObject[]): WatchedPeering | null {
  const named = peerings.map((peering) => ({ peering, name: peeringView(peering).peeringType }))
  const found = ['AzurePrivatePeering', 'MicrosoftPeering', 'AzurePublicPeering']
    .map((wanted) => named.find(({ name }) => name.toLowerCase() === wanted.toLowerCase()))
    .find((candidate) => candidate !== undefined)
  if (!found) return null
  const ipv6 = found.peering.object('ipv6PeeringConfig')
  const state = found.peering.text('state')
  const links = (field: string) => [
    ...linkOf(4, found.peering.text(field), state),
    ...linkOf(6, ipv6.text(field), ipv6.text('state')),
  ]
  return {
    name: found.peering.text('name') ?? found.name,
    state,
    links: { primary: links('primaryPeerAddressPrefix'), secondary: links('secondaryPeerAddressPrefix') },
  }
}

function linkOf(family: 4 | 6, subnet: string | null, state: string | null): PathLink[] {
  const hosts = subnet === null ? null : linkHosts(subnet)
  return hosts ? [{ family, ...hosts, state }] : []
}
