import type { SessionState } from '#lib/bgp/index.ts'
import type { PeerRow } from '#lib/contract/index.ts'
import { parseConnectedDuration } from '../../decode/connected-duration.ts'
import { address, countOrNull, integerOrNull, prefixCountOrNull, textOrNull } from '../../decode/fields.ts'
import { addressKey, distinct, sortedBy } from '../../order.ts'
import { armRow } from '../../decode/members.ts'

/** Azure's words for what getBgpPeerStatus sees; a word that is not here is kept as it is and means `unknown`. */
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

/** Azure's words for a BGP connection of a hub or a Route Server. Source: Azure Network REST, HubBgpConnectionStatus. */
const CONNECTION_STATES = new Map<string, SessionState>([
  ['connected', 'established'],
  ['connecting', 'connect'],
  ['notconnected', 'idle'],
])

/** A BGP connection of a hub or a Route Server: one state for both of its instances. Source: Azure Network REST, BgpConnection. */
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

/** One row per (instance, neighbor), in the order of their addresses; of doubled rows the later view stays. */
export function peerTable(rows: readonly PeerRow[]): PeerRow[] {
  const single = distinct(
    rows,
    (row) => `${row.localAddress}~${row.neighbor}`,
    (a, b) => Number((b.messagesReceived ?? -1n) - (a.messagesReceived ?? -1n)),
  )
  return sortedBy(withoutOwn(single), (row) => `${addressKey(row.localAddress)}~${addressKey(row.neighbor)}`)
}

/**
 * Instances of active-active gateways answer a row about themselves, which is no session. It stays where an instance has no other: that it answers
 * is known by it.
 */
function withoutOwn(rows: readonly PeerRow[]): PeerRow[] {
  const isOwn = ({ localAddress, neighbor }: PeerRow) => localAddress !== '' && localAddress === neighbor
  const speaking = new Set(rows.filter((row) => !isOwn(row)).map(({ localAddress }) => localAddress))
  return rows.filter((row) => !isOwn(row) || !speaking.has(row.localAddress))
}
