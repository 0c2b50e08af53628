'use client'

import type { Gateway, Session } from '#lib/contract/index.ts'
import { ChangesPanel } from '../changes/changes-panel.tsx'
import { useEndpoint } from '../data/index.ts'
import { MaintenanceNotice } from '../declarations/maintenance-notice.tsx'
import { OperatorCard } from '../declarations/operator-card.tsx'
import { OpenIncidents } from '../incidents/open-incidents.tsx'
import { RouteTable } from '../routes/route-table.tsx'
import { ProbesPanel } from '../probes/probes-panel.tsx'
import { ConfigurationPanel, ResourceEvents } from '../resource-page/parts.tsx'
import { AvailabilityPanel } from '../resource-page/availability-panel.tsx'
import { LimitsPanel } from '../resource-page/limits-panel.tsx'
import { ResourcePage } from '../resource-page/resource-page.tsx'
import { useRangeWindow } from '../time/use-range-window.ts'
import { TimelinePanel } from '../timeline/timeline-panel.tsx'
import { useGatewayTimeline } from '../timeline/use-gateway-timeline.ts'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'
import { DeferredPanel } from '../ui/deferred-panel.tsx'
import { Panel } from '../ui/panel.tsx'
import { AsOf } from '../ui/time.tsx'
import { gatewayStatus } from '../ui/words.ts'
import { WatchBar } from '../watch/watch-bar.tsx'
import { GatewayConnections, HubOfGateway } from './connections.tsx'
import { GatewayLoadPanel } from './gateway-load.tsx'
import { backupPathText, kindWords, skuWords } from './gateway-words.ts'
import { RouteServerPanel } from './route-server.tsx'
import { SessionMatrix } from './session-matrix.tsx'
import { UserRoutes } from './user-routes.tsx'

export function GatewayPage({ id }: { id: string }) {
  return (
    <ResourcePage
      query={useEndpoint('gateways/{id}', { id })}
      list={{ href: '/gateways', name: 'Gateways' }}
      headOf={(gateway) => ({
        title: gateway.name,
        place: gateway.resourceGroup,
        status: gatewayStatus(gateway.state),
        meaning: gateway.reason ?? `${kindWords(gateway.kind)} gateway${gateway.vnet ? ` in ${gateway.vnet}` : ''}.`,
      })}
      skeleton={<div className="skeleton h-80" />}
    >
      {(gateway) => <GatewayParts gateway={gateway} />}
    </ResourcePage>
  )
}

function GatewayParts({ gateway }: { gateway: Gateway }) {
  const { id, name, kind, connections, routeServer } = gateway
  const sessions = useEndpoint('sessions', { scope: id })
  const known = sessions.data?.data ?? []
  return (
    <>
      <OpenIncidents scope={id} redundancy={backupPathText(known)} />
      <MaintenanceNotice scope={id} />
      {kind === 'vwan' && <HubOfGateway hub={gateway.hub} />}
      {kind !== 'vwan' && (
        <Panel
          title="BGP sessions"
          flush
          note="instances of the gateway × its neighbors"
          aside={sessions.data && <AsOf asOf={sessions.data.asOf} freshness={sessions.data.freshness} />}
        >
          <AnswerView query={sessions} skeleton={<SkeletonRows rows={5} height="3.75rem" />}>
            {({ data }) => <SessionMatrix gateway={gateway} sessions={data} />}
          </AnswerView>
        </Panel>
      )}
      {routeServer && <RouteServerPanel {...routeServer} />}
      <OperatorCard scope={id} of={name} />
      {kind !== 'vwan' && (
        <>
          <WatchBar scope={id} />
          <DeferredPanel title="Timeline" height={20}>
            <GatewayTimeline gateway={gateway} sessions={known} />
          </DeferredPanel>
        </>
      )}
      {hasLoad(gateway) && (
        <DeferredPanel id="load" title="Load" height={36}>
          <GatewayLoadPanel gateway={gateway} />
        </DeferredPanel>
      )}
      {kind !== 'vwan' && (
        <DeferredPanel title="Availability" height={15}>
          <AvailabilityPanel scope={id} />
        </DeferredPanel>
      )}
      <DeferredPanel id="probes" title="Round-trip time" height={21}>
        <ProbesPanel scope={id} name={name} />
      </DeferredPanel>
      <ConfigurationPanel title="Gateway" {...gateway} facts={gatewayFacts(gateway)} />
      {kind !== 'vwan' && <GatewayConnections connections={connections} />}
      <UserRoutes table={gateway.routeTable} />
      <LimitsPanel limits={gateway.limits} />
      <DeferredPanel title="Events of this gateway" height={40}>
        <ResourceEvents scope={id} title="Events of this gateway" />
      </DeferredPanel>
      <DeferredPanel title="Configuration changes" height={15}>
        <ChangesPanel scopes={[id, ...connections.map((connection) => connection.id)]} />
      </DeferredPanel>
      {!routeServer && (
        <DeferredPanel title="Routes" height={40}>
          <RouteTable scope={id} title="Routes" />
        </DeferredPanel>
      )}
    </>
  )
}

function GatewayTimeline(props: { gateway: Gateway; sessions: Session[] }) {
  const time = useRangeWindow('24h')
  const timeline = useGatewayTimeline(props.gateway, props.sessions, time)
  return <TimelinePanel title="Timeline" timeline={timeline} time={time} />
}

/** Azure Monitor reports the load of ExpressRoute gateways only. */
const hasLoad = ({ kind, load }: Gateway) => kind === 'expressRoute' || (load !== undefined && load.length > 0)

const gatewayFacts = (gateway: Gateway): [string, React.ReactNode][] => [
  ['Kind', kindWords(gateway.kind)],
  ['SKU', skuWords(gateway.sku)],
  ['ASN', gateway.asn],
  ['Virtual network', gateway.vnet],
  ['Mode', gateway.activeActive === null ? null : gateway.activeActive ? 'active-active' : 'active-standby'],
  ['Provisioning', gateway.provisioningState],
  ['Region', gateway.location],
]
