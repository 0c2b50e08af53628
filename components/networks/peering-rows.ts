import { isPeeringOutOfSync, type NetworkPeering, getNetworkPeeringState } from '#lib/contract/index.ts'
import type { Network } from '#lib/networks/api/index.ts'
import type { StatusText } from '../ui/status.tsx'

/**
 * Row of a peering between two virtual networks. `network` is one of the two networks, and `remote` is the other. If
 * both networks are polled and only one of them has gateways, this one is `network`.
 */
export interface NetworkPeeringRow {
  key: string
  network: Network
  peering: NetworkPeering
  /** the other network; null = the other network is not polled */
  remote: Network | null
}

/** Returns a row for each peering. A peering that is polled from both sides appears once. */
export function buildNetworkPeeringRows(networks: readonly Network[]): NetworkPeeringRow[] {
  const byId = new Map(networks.map((network) => [network.id, network]))
  return networks.flatMap((network) =>
    network.peerings.flatMap((peering) => {
      const remote = peering.remoteId === null ? null : (byId.get(peering.remoteId) ?? null)
      const isShownThere = peering.otherSide === 'seen' && remote !== null && comesFirst(remote, network)
      return isShownThere ? [] : [{ key: `${network.id}/${peering.name}`, network, peering, remote }]
    }),
  )
}

const comesFirst = (a: Network, b: Network): boolean =>
  a.gatewayIds.length > 0 === b.gatewayIds.length > 0 ? a.id < b.id : a.gatewayIds.length > 0

const connected: StatusText = { tone: 'up', word: 'CONNECTED' }

/** Returns the status of a peering, which is the worse status of its two sides, with the reason. */
export function getNetworkPeeringStatus({
  peering: { state, syncLevel, back, otherSide, subnets },
}: Pick<NetworkPeeringRow, 'peering'>): {
  status: StatusText
  reason: string
} {
  const states = [state, back ? back.state : state]
  const broken = states.find((one) => one !== null && getNetworkPeeringState(one) !== 'connected')
  if (broken) {
    const isHalf = getNetworkPeeringState(broken) === 'initiated' || otherSide === 'none'
    const reason = isHalf ? 'only one side has a peering' : 'the other side was deleted: both must be made again'
    return { status: { tone: 'down', word: broken.toUpperCase() }, reason }
  }
  if (states.includes(null)) return { status: { tone: 'unknown', word: 'UNKNOWN' }, reason: 'Azure reports no state' }
  const levels = [syncLevel, back?.syncLevel ?? null]
  const behind = levels.find(isPeeringOutOfSync)
  if (behind) {
    return {
      status: { tone: 'degraded', word: 'OUT OF SYNC' },
      reason: `${behind}: address space changed, and the new part is not reached until the peering is synced`,
    }
  }
  return {
    status: connected,
    reason: subnets
      ? `subnets only: ${subnets.local.join(', ')} with ${subnets.remote.join(', ')}`
      : sideLabels[otherSide],
  }
}

const sideLabels: Record<NetworkPeering['otherSide'], string> = {
  seen: 'both sides are read',
  none: 'the other network has no peering back',
  not_read: 'the other side is not visible: its subscription is not polled',
  hub: 'Microsoft holds the side of the Virtual WAN hub',
}

export const peeringTonesWorstFirst: StatusText['tone'][] = ['down', 'degraded', 'unknown', 'notice', 'up']

/** Describes which of the two networks uses the gateways of the other network. */
export function formatGatewayTransit({ network, peering, remote }: NetworkPeeringRow): string {
  const { back, otherSide } = peering
  const other = remote?.name ?? peering.remoteName
  if (otherSide === 'hub') return `${network.name} uses gateways of ${other}`
  if (peering.useRemoteGateways) return usage(network.name, other, back?.allowGatewayTransit ?? null)
  if (back?.useRemoteGateways) return usage(other, network.name, peering.allowGatewayTransit)
  if (otherSide !== 'seen' && peering.allowGatewayTransit)
    return `${network.name} allows it; whether ${other} uses it is not visible`
  return peering.allowGatewayTransit || back?.allowGatewayTransit ? 'allowed, not used' : 'none'
}

function usage(user: string, owner: string, isAllowed: boolean | null): string {
  if (isAllowed === null) return `${user} uses gateways of ${owner}; whether ${owner} allows it is not visible`
  return isAllowed
    ? `${user} uses gateways of ${owner}`
    : `${user} wants the gateways of ${owner}, which does not allow it`
}

/**
 * Formats one setting of both sides of a peering: `yes` if it is equal, otherwise `vnet-hub yes, vnet-spoke no`. A side
 * that is not polled has `not visible`.
 */
export function formatPeeringBothSides(
  { network, peering }: NetworkPeeringRow,
  flag: 'allowForwardedTraffic' | 'allowVirtualNetworkAccess' | 'allowGatewayTransit' | 'useRemoteGateways',
): string {
  const own = yesNo(peering[flag])
  const back = peering.back ? yesNo(peering.back[flag]) : 'not visible'
  return own === back ? own : `${network.name} ${own}, ${peering.remoteName} ${back}`
}

const yesNo = (flag: boolean | null) => (flag === null ? 'not reported' : flag ? 'yes' : 'no')

/** Shortens the GUIDs in a name to their first part, because they are long and have no meaning for a reader. */
export const shortenGuids = (name: string): string =>
  name.replaceAll(/(?<![0-9a-f])([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])/gi, '$1…')
