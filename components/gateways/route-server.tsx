import { isNearlyFull } from '#lib/contract/checks/nearly-full.ts'
import type { RouteServer, RouteServerPeer } from '#lib/gateways/api/index.ts'
import { peerStatuses, preferenceWords, routesText } from '../hubs/hub-words.ts'
import { PageLink } from '../links/page-link.tsx'
import { Panel } from '../ui/panel.tsx'
import { Status } from '../ui/status.tsx'
import { branchText, peersText } from './route-server-words.ts'

/** A Route Server's peers, and how much of its limits is used. */
export function RouteServerPanel({ branchToBranch, routingPreference, limits, peers }: RouteServer) {
  return (
    <Panel title="Route Server peers" flush note={peersText(peers.length, limits.peers)}>
      {peers.length === 0 && <p className="p-3.5 text-ink-2">This Route Server has no peers.</p>}
      <ul className="entries">
        {peers.map((peer) => (
          <Peer key={peer.id} {...peer} limit={limits.routesPerPeer} />
        ))}
      </ul>
      <p className="border-t px-3.5 py-2 text-xs text-ink-2">
        {branchText(branchToBranch)} Routing preference: {preferenceWords(routingPreference)}.
      </p>
    </Panel>
  )
}

function Peer({
  id,
  name,
  address,
  asn,
  asnReservedBy,
  state,
  azureStatus,
  learned,
  advertised,
  share,
  limit,
}: RouteServerPeer & { limit: number }) {
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 px-3.5 py-2">
      <span className="min-w-0">
        <span className="block font-medium break-words">{name}</span>
        <span className="block text-xs text-ink-3">
          <span className="font-mono">{address ?? 'no address'}</span> · AS {asn ?? 'unknown'}
          {asnReservedBy && ` (reserved by ${asnReservedBy})`}
        </span>
      </span>
      <span className="ml-auto flex flex-col items-end gap-0.5 text-xs text-ink-2">
        <Status {...peerStatuses[state]} detail={azureStatus ?? ''} />
        <span>learned: {routesText(learned)}</span>
        <span>advertised: {routesText(advertised)}</span>
        <PageLink href={`/routes?scope=${id}`} className="link">
          Routes
        </PageLink>
        {share !== null && isNearlyFull(share) && (
          <Status tone="degraded" word={`${Math.round(share * 100)} % OF ${limit} ROUTES`} />
        )}
      </span>
    </li>
  )
}
