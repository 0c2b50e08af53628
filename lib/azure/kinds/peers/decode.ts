import type { SessionState } from '#lib/bgp/index.ts'
import type { PeerRow } from '#lib/contract/index.ts'
import { parseConnectedDuration } from '../../decode/connected-duration.ts'
import {
  armAddressSchema,
  armCountOrNullSchema,
  armIntegerOrNullSchema,
  armPrefixCountOrNullSchema,
  armTextOrNullSchema,
} from '../../decode/fields.ts'
import { buildAddressSortKey, removeDuplicates, sortByKey } from '../../sort-keys.ts'
import { createArmRowSchema } from '../../decode/members.ts'

/**
 * Session states by the words that getBgpPeerStatus returns. For any other word the state is `unknown`, and the word
 * itself is kept in the row.
 */
const STATES = new Map<string, SessionState>([
  ['connected', 'established'],
  ['connecting', 'connect'],
  ['idle', 'idle'],
  ['stopped', 'stopped'],
])

/** Schema of a row of getBgpPeerStatus. Source: Azure Network REST, BgpPeerStatus. */
export const peerRowSchema = createArmRowSchema({
  localAddress: armAddressSchema,
  neighbor: armAddressSchema,
  asn: armIntegerOrNullSchema,
  state: armTextOrNullSchema,
  connectedDuration: armTextOrNullSchema,
  routesReceived: armPrefixCountOrNullSchema,
  messagesSent: armCountOrNullSchema,
  messagesReceived: armCountOrNullSchema,
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
 * Session states by the words that ARM returns for a BGP connection of a hub or a Route Server. Source: Azure Network
 * REST, HubBgpConnectionStatus.
 */
const CONNECTION_STATES = new Map<string, SessionState>([
  ['connected', 'established'],
  ['connecting', 'connect'],
  ['notconnected', 'idle'],
])

/**
 * Schema of a BGP connection of a hub or a Route Server. It has one state for both instances. Source: Azure Network
 * REST, BgpConnection.
 */
export const bgpConnectionRowSchema = createArmRowSchema({
  properties: createArmRowSchema({
    peerIp: armAddressSchema,
    peerAsn: armIntegerOrNullSchema,
    connectionState: armTextOrNullSchema,
  }),
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
 * Returns one row for each pair of instance and neighbor, sorted by address. If there are several rows for a pair, the
 * row with the most received messages is kept, because it is the newest.
 */
export function deduplicatePeers(rows: readonly PeerRow[]): PeerRow[] {
  const single = removeDuplicates(
    rows,
    (row) => `${row.localAddress}~${row.neighbor}`,
    (a, b) => Number((b.messagesReceived ?? -1n) - (a.messagesReceived ?? -1n)),
  )
  return sortByKey(
    withoutOwn(single),
    (row) => `${buildAddressSortKey(row.localAddress)}~${buildAddressSortKey(row.neighbor)}`,
  )
}

/**
 * Removes rows in which an instance names itself as the neighbor. Active-active gateways return such rows, which are
 * not sessions. If an instance has no other row, its row is kept, because it proves that the instance responds.
 */
function withoutOwn(rows: readonly PeerRow[]): PeerRow[] {
  const isOwn = ({ localAddress, neighbor }: PeerRow) => localAddress !== '' && localAddress === neighbor
  const speaking = new Set(rows.filter((row) => !isOwn(row)).map(({ localAddress }) => localAddress))
  return rows.filter((row) => !isOwn(row) || !speaking.has(row.localAddress))
}
