import type { SessionState } from '#lib/bgp/index.ts'
import type { PeerRow } from '#lib/contract/index.ts'
import { parseConnectedDuration } from '../../decode/connected-duration.ts'
import { address, countOrNull, integerOrNull, prefixCountOrNull, textOrNull } from '../../decode/fields.ts'
import { addressSortKey, distinct, sortedBy } from '../../order.ts'
import { armRow } from '../../decode/members.ts'

/** Azure's states in getBgpPeerStatus. Any other state means `unknown`, and its text is kept. */
const STATES = new Map<string, SessionState>([
  ['connected', 'established'],
  ['connecting', 'connect'],
  ['idle', 'idle'],
  ['stopped', 'stopped'],
])

/** A row of getBgpPeerStatus. Source: Azure Network REST, BgpPeerStatus. */
export const peerRow = armRow({
  localAddress: address,
  neighbor: address,
  asn: integerOrNull,
  state: textOrNull,
  connectedDuration: textOrNull,
  routesReceived: prefixCountOrNull,
  messagesSent: countOrNull,
  messagesReceived: countOrNull,
}).transform(({ connectedDuration, state, ...row }): PeerRow => {
  const connected = parseConnectedDuration(connectedDuration)
  return {
    ...row,
    state: STATES.get(state?.trim().toLowerCase() ?? '') ?? 'unknown',
    azureState: state ?? '',
    connectedDurationMs: connected?.ms ?? null,
    ...(connected && connected.unitMs > 1 && { durationUnitMs: connected.unitMs }),
  }
})

/**
 * Azure's states of a BGP connection of a hub or a Route Server. Source: Azure Network REST, HubBgpConnectionStatus.
 */
const CONNECTION_STATES = new Map<string, SessionState>([
  ['connected', 'established'],
  ['connecting', 'connect'],
  ['notconnected', 'idle'],
])

/**
 * A BGP connection of a hub or a Route Server, which has one state for both instances. Source: Azure Network REST,
 * BgpConnection.
 */
export const bgpConnectionRow = armRow({
  properties: armRow({ peerIp: address, peerAsn: integerOrNull, connectionState: textOrNull }),
}).transform(
  ({ properties: { peerIp, peerAsn, connectionState } }): PeerRow => ({
    localAddress: '',
    neighbor: peerIp,
    asn: peerAsn,
    state: CONNECTION_STATES.get(connectionState?.trim().toLowerCase() ?? '') ?? 'unknown',
    azureState: connectionState ?? '',
    connectedDurationMs: null,
    routesReceived: null,
    messagesSent: null,
    messagesReceived: null,
  }),
)

/**
 * Returns one row per (instance, neighbor), sorted by address. Of duplicate rows the row with more received messages is
 * kept, because it is newer.
 */
export function peerTable(rows: readonly PeerRow[]): PeerRow[] {
  const single = distinct(
    rows,
    (row) => `${row.localAddress}~${row.neighbor}`,
    (a, b) => Number((b.messagesReceived ?? -1n) - (a.messagesReceived ?? -1n)),
  )
  return sortedBy(withoutOwn(single), (row) => `${addressSortKey(row.localAddress)}~${addressSortKey(row.neighbor)}`)
}

/**
 * Removes rows of an instance about itself, which active-active gateways return and which are not sessions. Such a row
 * is kept if the instance has no other row, because it proves that the instance responds.
 */
function withoutOwn(rows: readonly PeerRow[]): PeerRow[] {
  const isOwn = ({ localAddress, neighbor }: PeerRow) => localAddress !== '' && localAddress === neighbor
  const speaking = new Set(rows.filter((row) => !isOwn(row)).map(({ localAddress }) => localAddress))
  return rows.filter((row) => !isOwn(row) || !speaking.has(row.localAddress))
}
