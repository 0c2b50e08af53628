'use client'

import dynamic from 'next/dynamic'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { isNearlyFull } from '#lib/contract/checks/nearly-full.ts'
import type { Gateway, RouteServer, RouteServerPeer } from '#lib/gateways/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { OperatorCardPanel } from '../declarations/operator-card.tsx'
import { IncidentRange } from '../incidents/incident-range.tsx'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { PageLink } from '../links/page-link.tsx'
import { buildWhatIfHref } from '../links/what-if-href.ts'
import { CurrentMaintenanceNotice } from '../maintenance/maintenance-notice.tsx'
import { UpcomingOutageList } from '../maintenance/upcoming-losses.tsx'
import { AcknowledgeOpenIncident, IncidentBlock, ResourceStateStartTime } from '../resource-page/incident-block.tsx'
import { PageHeadLink } from '../resource-page/page-parts.tsx'
import { CurrentStateSection, ResourceFrame } from '../resource-page/resource-frame.tsx'
import { ResourcePage } from '../resource-page/resource-page.tsx'
import { type ResourceTab, ResourceTabs, TabSkeleton } from '../resource-page/resource-tabs.tsx'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { MomentText } from '../ui/times/time.tsx'
import { ShareSnapshot } from '../snapshot/share-snapshot.tsx'
import { getGatewayStatus } from '../ui/status-text.ts'
import { CurrentUptime } from '../resource-page/current-uptime.tsx'
import { DetectableOutageBar } from '../watch/watch-bar.tsx'
import { HubOfGateway } from './connections.tsx'
import { formatGatewayKindName, formatGatewaySku } from './gateway-text.ts'
import { SessionMatrix } from './session-matrix.tsx'
import { GatewayNowTab } from './tabs/now-tab.tsx'
import { hubPeerStatuses, formatRoutingPreference, formatInstanceRoutes } from '../hubs/hub-text.ts'
import { Panel } from '../ui/panel.tsx'
import { StateLabel } from '../ui/status.tsx'
import { describeBranchToBranch, formatPeersOfMaximum } from './route-server-text.ts'

const LoadTab = dynamic(() => import('./tabs/load-tab.tsx').then((part) => part.GatewayLoadTab), {
  loading: TabSkeleton,
})
const GatewayRoutesTab = dynamic(() => import('./tabs/routes-tab.tsx').then((part) => part.GatewayRoutesTab), {
  loading: TabSkeleton,
})
const GatewayConfigurationTab = dynamic(
  () => import('./tabs/configuration-tab.tsx').then((part) => part.GatewayConfigurationTab),
  { loading: TabSkeleton },
)
const HistoryTab = dynamic(() => import('../resource-page/history-tab.tsx').then((part) => part.HistoryTab), {
  loading: TabSkeleton,
})

export function GatewayPage({ id }: { id: string }) {
  const query = useEndpointQuery('gateways/{id}', { id })
  const circuits = query.data?.data.connections.flatMap(({ circuitId }) => circuitId ?? []) ?? []
  return (
    <ResourcePage
      query={query}
      list={{ href: '/gateways', name: 'Gateways' }}
      about={{ scopes: [...new Set([id, ...circuits])] }}
      headOf={(gateway) => ({
        title: gateway.name,
        place: gateway.resourceGroup,
        status: getGatewayStatus(gateway),
        since: (
          <ResourceStateStartTime
            scope={id}
            bounds={null}
            isLost={gateway.state !== 'healthy' && gateway.state !== 'unknown'}
            isDown={gateway.state === 'isolated'}
          />
        ),
        facts: [
          formatGatewayKindName(gateway.kind),
          formatGatewaySku(gateway.sku),
          gateway.vnet,
          gateway.location,
          gateway.provisioningNote,
        ],
        actions: (
          <>
            <AcknowledgeOpenIncident scope={id} withTicket />
            <ShareSnapshot />
          </>
        ),
        menu: <PageHeadLink href={buildWhatIfHref({ lose: [id], change: [] })}>Simulate its failure</PageHeadLink>,
      })}
    >
      {(gateway) => <GatewayParts gateway={gateway} />}
    </ResourcePage>
  )
}

function GatewayParts({ gateway }: { gateway: Gateway }) {
  const { id } = gateway
  const sessions = useEndpointQuery('sessions', { scope: id })
  const isNow = useSelectedPastMoment() === null
  return (
    <ResourceFrame isWide present={<GatewayPresent gateway={gateway} sessions={sessions} />}>
      <IncidentRange scope={id}>
        <ResourceTabs tabs={tabsOf(gateway, sessions.data?.data ?? [], isNow)} />
      </IncidentRange>
    </ResourceFrame>
  )
}

/** Shows the current state of a gateway: its open incident, and each session of each instance. */
function GatewayPresent({
  gateway,
  sessions,
}: {
  gateway: Gateway
  sessions: ReturnType<typeof useEndpointQuery<'sessions'>>
}) {
  const { id, name, routeServer, reason } = gateway
  const hasSessions = gateway.areSessionsPolled !== false
  return (
    <>
      <IncidentBlock scope={id} />
      <CurrentMaintenanceNotice scope={id} />
      <UpcomingOutageList scope={id} />
      {gateway.migration && <MigrationLine {...gateway.migration} />}
      {!hasSessions ? (
        <CurrentStateSection title="BGP sessions">
          <HubOfGateway hub={gateway.hub} />
        </CurrentStateSection>
      ) : (
        <section aria-label="BGP sessions">
          <QueryStateView query={sessions} skeleton={<SkeletonRows rows={6} height="2.75rem" />}>
            {({ data }) => <SessionMatrix gateway={gateway} sessions={data} />}
          </QueryStateView>
        </section>
      )}
      {hasSessions && <CurrentUptime id={id} name={name} />}
      {routeServer && <RouteServerPanel {...routeServer} />}
      <OperatorCardPanel scope={id} of={name} flat shown="card" />
      {hasSessions && <DetectableOutageBar scope={id} />}
      {!hasSessions && reason && <CurrentStateSection>{reason}</CurrentStateSection>}
    </>
  )
}

const RUNS_IT: Partial<Record<string, string>> = createSafeLookupTable({
  microsoft: 'Microsoft runs it',
  own_change: 'you run it',
})

/** Line about a migration in Azure. It names the other gateway: the successor or the predecessor of this gateway. */
function MigrationLine({ role, with: other, since, until, owner }: NonNullable<Gateway['migration']>) {
  return (
    <p className="px-3.5 py-2 text-xs text-ink-2">
      {role === 'from' ? 'Migration: replaced by ' : 'Migration: replaces '}
      <PageLink href={`/gateways/${other.id}`} className="link">
        {other.name}
      </PageLink>
      {since && (
        <>
          {' '}
          since <MomentText at={since[1]} />
        </>
      )}
      {until && (
        <>
          ; Azure keeps both until <MomentText at={until} /> at the latest
        </>
      )}
      ; {RUNS_IT[owner] ?? 'who runs it is not known yet'}.
    </p>
  )
}

function tabsOf(gateway: Gateway, sessions: BgpSession[], isNow: boolean): ResourceTab[] {
  const now: ResourceTab = {
    id: 'now',
    name: isNow ? 'Now' : 'Then',
    former: ['timeline'],
    children: <GatewayNowTab gateway={gateway} sessions={sessions} />,
  }
  return [
    // the tab "Now" is left out if Azure does not report the sessions of the gateway
    ...(gateway.areSessionsPolled === false ? [] : [now]),
    { id: 'load', name: 'Load', sections: ['load', 'probes'], children: <LoadTab gateway={gateway} /> },
    { id: 'routes', name: 'Routes', isWide: true, children: <GatewayRoutesTab gateway={gateway} /> },
    { id: 'history', name: 'History', former: ['events'], children: <HistoryTab resource={gateway} /> },
    {
      id: 'configuration',
      name: 'Configuration',
      sections: ['limits'],
      children: <GatewayConfigurationTab gateway={gateway} />,
    },
  ]
}

/** Lists the peers of a Route Server, and shows how much of its limits is used. */
function RouteServerPanel({ branchToBranch, routingPreference, limits, peers }: RouteServer) {
  return (
    <Panel title="Route Server peers" flush note={formatPeersOfMaximum(peers.length, limits.peers)}>
      {peers.length === 0 && <p className="p-3.5 text-ink-2">This Route Server has no peers.</p>}
      <ul className="entries">
        {peers.map((peer) => (
          <Peer key={peer.id} {...peer} limit={limits.routesPerPeer} />
        ))}
      </ul>
      <p className="border-t px-3.5 py-2 text-xs text-ink-2">
        {describeBranchToBranch(branchToBranch)} Routing preference: {formatRoutingPreference(routingPreference)}.
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
        <StateLabel {...hubPeerStatuses[state]} detail={azureStatus ?? ''} />
        <span>learned: {formatInstanceRoutes(learned)}</span>
        <span>advertised: {formatInstanceRoutes(advertised)}</span>
        <PageLink href={`/routes?scope=${id}`} className="link">
          Routes
        </PageLink>
        {share !== null && isNearlyFull(share) && (
          <StateLabel tone="degraded" word={`${Math.round(share * 100)} % OF ${limit} ROUTES`} />
        )}
      </span>
    </li>
  )
}
