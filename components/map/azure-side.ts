import type { Gateway } from '#lib/gateways/api/index.ts'
import type { Network } from '#lib/networks/api/index.ts'
import type { NetworkPeering } from '#lib/contract/index.ts'
import { getNetworkPeeringState } from '#lib/contract/resources/network.ts'
import { formatGatewayKindName } from '../gateways/gateway-text.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { type StatusText, formatStatusText } from '../ui/status.tsx'
import {
  formatLastKnownMinute,
  rankGateway,
  getGatewayStatus,
  getInstanceStatus,
  getLastPolledStatus,
  listPeeredInstances,
} from '../ui/status-text.ts'
import { buildGroupStatus } from './circuit-rows.ts'
import { findProblemReason, type MapGateway, type MapData, type MapNetwork, type MapSpoke } from './map-model.ts'

const MAX_GATEWAYS = 12
const MAX_INSTANCES = 4
const MAX_NETWORKS = 12
const MAX_SPOKES = 5

/** Key of the map item that represents all gateways that are not drawn separately. */
export const OTHER_GATEWAYS_ID = 'gateways/other'

/**
 * Returns the gateways as map items sorted by name. If there are too many gateways, the last item represents all
 * gateways that are not drawn separately.
 */
export function buildGatewayNodes(gateways: readonly Gateway[], problems?: MapData['problems']): MapGateway[] {
  const nodes = gateways
    .map((gateway) => gatewayNode(gateway, problems))
    .toSorted((a, b) => a.name.localeCompare(b.name))
  if (nodes.length <= MAX_GATEWAYS) return nodes
  const rest = nodes.slice(MAX_GATEWAYS - 1)
  const [worst] = rest.toSorted((a, b) => a.rank - b.rank)
  if (!worst) return nodes
  const name = `${rest.length} more gateways`
  const status = buildGroupStatus(worst.status, rest)
  return [
    ...nodes.slice(0, MAX_GATEWAYS - 1),
    {
      key: OTHER_GATEWAYS_ID,
      name,
      detail: '',
      href: '/gateways',
      title: `${name}, ${formatStatusText(status)}`,
      status,
      rank: worst.rank,
      instances: [],
      moreInstances: 0,
    },
  ]
}

function gatewayNode(gateway: Gateway, problems: MapData['problems']): MapGateway {
  const { id, name, kind, location } = gateway
  const instances = listPeeredInstances(gateway)
  const status = getGatewayStatus(gateway)
  const reason = (gateway.impaired && findProblemReason(id, 'gateway', problems)) ?? gateway.reason
  return {
    key: id,
    name,
    detail: formatGatewayKindName(kind),
    href: `/gateways/${encodeURIComponent(id)}`,
    title: [
      `${name}, ${formatGatewayKindName(kind)} gateway in ${location ?? 'unknown region'}: ${formatStatusText(status)}`,
      reason,
    ]
      .filter(Boolean)
      .join('. '),
    status,
    rank: rankGateway(gateway),
    instances: instances.slice(0, MAX_INSTANCES).map((instance) => ({
      address: instance.address,
      status: instanceStatus(instance, gateway),
    })),
    moreInstances: Math.max(0, instances.length - MAX_INSTANCES),
  }
}

/**
 * Returns the status of an instance. An unknown number of sessions is `? of 2`, because a longer text has no space next
 * to all addresses; it is `?` if the instance had no sessions either.
 */
function instanceStatus(instance: Gateway['instances'][number], gateway: Gateway): StatusText {
  const status = getInstanceStatus(instance, gateway)
  const { sessionsExpected: of } = instance
  const isKnown = status.tone !== 'unknown' || status.detail || instance.reporting === false
  return isKnown ? status : { ...status, word: of > 0 ? `? of ${of}` : '?' }
}

/**
 * Returns at most `MAX_NETWORKS` virtual networks that have a gateway, each with its peered networks. They are in the
 * order of their gateways on the map.
 * @param polledAt time of the last poll of the networks, ISO 8601; undefined = their poll is not late
 * @returns `unreached` is the number of networks that have neither a gateway nor a peering with a network that has one
 */
export function buildNetworkNodes(
  networks: readonly Network[],
  gateways: readonly MapGateway[],
  polledAt?: string,
): { networks: MapNetwork[]; unreached: number } {
  const place = new Map(gateways.map(({ key }, index) => [key, index]))
  const first = ({ gatewayIds }: Network) => Math.min(...gatewayIds.map((id) => place.get(id) ?? place.size))
  const hubs = networks.filter(({ gatewayIds }) => gatewayIds.length > 0).toSorted((a, b) => first(a) - first(b))
  const spokesOf = spokesAmong(networks)
  const reached = new Set(hubs.flatMap((hub) => [hub.id, ...spokesOf(hub).map(({ remoteId }) => remoteId)]))
  return {
    networks: hubs.slice(0, MAX_NETWORKS).map((hub) => networkNode(hub, spokesOf(hub), polledAt)),
    unreached: networks.filter(({ id }) => !reached.has(id)).length,
  }
}

/** Peering between a network with a gateway (the hub) and another network, with the settings of both sides. */
interface Peer {
  key: string
  remoteId: string | null
  name: string
  hubSide: HubSide
  /** settings of the other network's side; undefined = not polled */
  back: NetworkPeering | undefined
}

/**
 * Returns a function that lists the peerings of a hub network, with the settings of both sides. Azure reports no
 * peerings for a Virtual WAN hub. For such a hub, the function lists the networks that are connected to it; all of them
 * use its gateways.
 */
function spokesAmong(networks: readonly Network[]): (hub: Network) => Peer[] {
  const byId = new Map(networks.map((network) => [network.id, network]))
  const backOf = (hub: Network, { peerings }: Network) => peerings.find(({ remoteId }) => remoteId === hub.id)
  return (hub) =>
    hub.kind === 'hub'
      ? networks.flatMap((network) => {
          const back = backOf(hub, network)
          if (!back) return []
          const hubSide = { state: back.state, allowGatewayTransit: true }
          return [{ key: network.id, remoteId: network.id, name: network.name, hubSide, back }]
        })
      : hub.peerings.map((hubSide) => {
          const { remoteId, remoteName: name } = hubSide
          const remote = remoteId === null ? undefined : byId.get(remoteId)
          return { key: hubSide.name, remoteId, name, hubSide, back: remote && backOf(hub, remote) }
        })
}

function networkNode(hub: Network, peers: readonly Peer[], polledAt: string | undefined): MapNetwork {
  const [gatewayId = ''] = hub.gatewayIds
  const href = hub.gatewayIds.length === 1 ? `/gateways/${encodeURIComponent(gatewayId)}` : gatewaysIn(hub)
  const spokes = peers
    .map((peer) => spokeOf(hub, peer, href, polledAt))
    .toSorted((a, b) => a.name.localeCompare(b.name))
  const kind = hub.kind === 'hub' ? 'Virtual WAN hub' : 'Virtual network'
  return {
    key: hub.id,
    name: hub.name,
    detail: [hub.kind === 'hub' ? 'vHub' : 'VNet', ...hub.addressPrefixes.slice(0, 1)].join(' '),
    href,
    title: `${kind} ${hub.name}, ${hub.addressPrefixes.join(', ') || 'unknown address space'}, ${formatCountWithPlural(hub.gatewayIds.length, 'gateway')}, ${formatCountWithPlural(spokes.length, hub.kind === 'hub' ? 'connected network' : 'peering')}`,
    gatewayIds: hub.gatewayIds,
    spokes: spokes.slice(0, MAX_SPOKES),
    moreSpokes: Math.max(0, spokes.length - MAX_SPOKES),
  }
}

const gatewaysIn = ({ name }: Network) => `/gateways?${new URLSearchParams({ 'gateways.q': name })}`

function spokeOf(
  hub: Network,
  { key, name, hubSide, back }: Peer,
  href: string,
  polledAt: string | undefined,
): MapSpoke {
  const { status, meaning } = describeGatewayTransit(hubSide, back)
  const joined = hub.kind === 'hub' ? 'connected to' : 'peered with'
  const note = polledAt === undefined ? '' : `, ${formatLastKnownMinute(polledAt)}`
  const title = `${name}, ${joined} ${hub.name}: ${meaning}${note}`
  return { key: `${hub.id}/${key}`, name, href, title, status: getLastPolledStatus(status, polledAt) }
}

type HubSide = Pick<NetworkPeering, 'state' | 'allowGatewayTransit'>

/**
 * Describes whether a peered network reaches on-premises through the gateways of the hub network. The settings of both
 * sides must allow this.
 * @param hubSide settings of the network with the gateway
 * @param spokeSide settings of the peered network; undefined = not polled
 */
export function describeGatewayTransit(
  hubSide: HubSide,
  spokeSide: Pick<NetworkPeering, 'state' | 'useRemoteGateways'> | undefined,
): { status: StatusText; meaning: string } {
  const states = [hubSide.state, ...(spokeSide ? [spokeSide.state] : [])]
  const broken = states.find((state) => state !== null && getNetworkPeeringState(state) !== 'connected')
  if (broken) {
    const status: StatusText = { tone: 'degraded', word: broken.toUpperCase() }
    return { status, meaning: `the peering is ${broken.toLowerCase()}` }
  }
  if (states.includes(null)) {
    return { status: { tone: 'unknown', word: 'UNKNOWN' }, meaning: 'Azure does not report the state of the peering' }
  }
  if (!spokeSide) {
    return { status: { tone: 'notice', word: 'PEERED' }, meaning: 'its own side is not polled' }
  }
  if (hubSide.allowGatewayTransit && spokeSide.useRemoteGateways) {
    return { status: { tone: 'up', word: 'TRANSIT' }, meaning: 'it reaches on-premises through these gateways' }
  }
  const missing = spokeSide.useRemoteGateways
    ? 'the hub does not allow gateway transit'
    : 'it does not use remote gateways'
  return {
    status: { tone: 'notice', word: 'NO TRANSIT' },
    meaning: `it does not reach on-premises through these gateways: ${missing}`,
  }
}
