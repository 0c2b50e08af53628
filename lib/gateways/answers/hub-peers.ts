import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { findAsnReservation } from '#lib/bgp/index.ts'
import { armTypes } from '#lib/contract/index.ts'
import type { HubPeerDetails } from '../api/index.ts'
import type { StoredSession } from '#lib/sessions/api/index.ts'
import type { ResourceView, SourceStatus } from '#lib/history/index.ts'
import { type RouteCount, readRouteCounts } from '../store/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/**
 * Returns BGP peers of hubs and Route Servers with their polled data, in the given order.
 * @param peers resources of the peers
 * @param sources sources (polled tables) of the peers; others are ignored
 * @param sessions returns the sessions that can belong to a peer
 */
export async function readHubPeers(
  q: SqlExecutor,
  peers: readonly ResourceView[],
  sources: readonly SourceStatus[],
  sessions: (peer: ResourceView) => readonly StoredSession[],
): Promise<{ peer: ResourceView; facts: HubPeerDetails }[]> {
  const scopes = peers.map(({ id }) => id)
  const counts = scopes.length === 0 ? [] : await readRouteCounts(q, { scopes })
  return peers.map((peer) => ({
    peer,
    facts: factsOf(
      peer,
      counts.filter(({ scope }) => scope === peer.id),
      sources.filter(({ scope }) => scope === peer.id),
      sessions(peer),
    ),
  }))
}

function factsOf(
  { config }: ResourceView,
  counts: readonly RouteCount[],
  sources: readonly SourceStatus[],
  sessions: readonly StoredSession[],
): HubPeerDetails {
  const { peerAddress, peerAsn } = decodeResourceConfig(armTypes.hubBgpConnection, config)
  const own = sessions.filter(({ neighbor }) => neighbor === peerAddress)
  const tableOf = (kind: 'learned' | 'advertised') => {
    const isRead = sources.some(({ poll }) => poll.kind === kind && poll.lastOkAt !== null)
    const tables = counts.filter((count) => count.kind === kind)
    return isRead ? tables.map(({ instance, routes }) => ({ instance, routes })) : null
  }
  return {
    address: peerAddress,
    asn: peerAsn,
    asnReservedBy: peerAsn === null ? null : findAsnReservation(peerAsn),
    state: stateOf(own),
    azureStatus: own[0]?.azureState ?? null,
    learned: tableOf('learned'),
    advertised: tableOf('advertised'),
  }
}

/**
 * Returns the state of a peer from its sessions. If the sessions come from metrics, a peer may have a session with each
 * instance. The peer counts as down if one of its sessions is down or was never established.
 */
function stateOf(sessions: readonly StoredSession[]): HubPeerDetails['state'] {
  const verdicts = sessions.map(({ verdict }) => verdict)
  if (verdicts.some((verdict) => verdict === 'down' || verdict === 'never_established')) return 'down'
  return verdicts.includes('up') ? 'up' : 'unknown'
}
