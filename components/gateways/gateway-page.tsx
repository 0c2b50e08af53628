'use client'

import dynamic from 'next/dynamic'
import type { Gateway } from '#lib/gateways/api/index.ts'
import type { Session } from '#lib/sessions/api/index.ts'
import { useEndpoint } from '../data/index.ts'
import { MaintenanceNotice } from '../maintenance/maintenance-notice.tsx'
import { OperatorCardPanel } from '../declarations/operator-card.tsx'
import { OpenIncidents } from '../incidents/open-incidents.tsx'
import { FormerLine } from '../resource-page/join-controls.tsx'
import { ResourcePage } from '../resource-page/resource-page.tsx'
import { type ResourceTab, ResourceTabs, TabSkeleton } from '../resource-page/resource-tabs.tsx'
import { IncidentRange } from '../incidents/incident-range.tsx'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'
import { Panel } from '../ui/panel.tsx'
import { gatewayStatus } from '../ui/words.ts'
import { HubOfGateway } from './connections.tsx'
import { gatewayBackupText, kindWords } from './gateway-words.ts'
import { RouteServerPanel } from './route-server.tsx'
import { SessionMatrix } from './session-matrix.tsx'
import { UptimePanel } from '../uptime/uptime-panel.tsx'
import { GatewayTimelineTab } from './tabs/timeline-tab.tsx'

const LoadTab = dynamic(() => import('./tabs/load-tab.tsx').then((part) => part.LoadTab), { loading: TabSkeleton })
const GatewayRoutesTab = dynamic(() => import('./tabs/routes-tab.tsx').then((part) => part.GatewayRoutesTab), {
  loading: TabSkeleton,
})
const GatewayConfigurationTab = dynamic(
  () => import('./tabs/configuration-tab.tsx').then((part) => part.GatewayConfigurationTab),
  {
    loading: TabSkeleton,
  },
)
const EventsTab = dynamic(() => import('../resource-page/events-tab.tsx').then((part) => part.EventsTab), {
  loading: TabSkeleton,
})

export function GatewayPage({ id }: { id: string }) {
  return (
    <ResourcePage
      query={useEndpoint('gateways/{id}', { id })}
      list={{ href: '/gateways', name: 'Gateways' }}
      headOf={(gateway) => ({
        title: gateway.name,
        place: gateway.resourceGroup,
        status: gatewayStatus(gateway.state, gateway.unconfirmedSince),
        meaning: [
          gateway.reason ?? `${kindWords(gateway.kind)} gateway${gateway.vnet ? ` in ${gateway.vnet}` : ''}.`,
          gateway.provisioningNote,
        ]
          .filter(Boolean)
          .join(' '),
      })}
      skeleton={<div className="skeleton h-80" />}
    >
      {(gateway) => <GatewayParts gateway={gateway} />}
    </ResourcePage>
  )
}

function GatewayParts({ gateway }: { gateway: Gateway }) {
  const { id, name, kind, routeServer } = gateway
  const sessions = useEndpoint('sessions', { scope: id })
  const known = sessions.data?.data ?? []
  return (
    <>
      <FormerLine resource={gateway} list="/gateways" />
      <OpenIncidents
        scope={id}
        redundancy={sessions.isPending ? <span className="skeleton inline-block h-3 w-40" /> : gatewayBackupText(known)}
      />
      <MaintenanceNotice scope={id} />
      {kind === 'vwan' && <HubOfGateway hub={gateway.hub} />}
      {kind !== 'vwan' && (
        <Panel title="BGP sessions" flush note="instances of the gateway × its neighbors" answer={sessions.data}>
          <AnswerView query={sessions} skeleton={<SkeletonRows rows={5} height="3.75rem" />}>
            {({ data }) => <SessionMatrix gateway={gateway} sessions={data} />}
          </AnswerView>
        </Panel>
      )}
      {kind !== 'vwan' && <UptimePanel id={id} name={name} />}
      {routeServer && <RouteServerPanel {...routeServer} />}
      <OperatorCardPanel scope={id} of={name} shown="card" />
      <IncidentRange scope={id}>
        <ResourceTabs tabs={tabsOf(gateway, known)} />
      </IncidentRange>
    </>
  )
}

function tabsOf(gateway: Gateway, sessions: Session[]): ResourceTab[] {
  const timeline: ResourceTab = {
    id: 'timeline',
    name: 'Timeline',
    children: <GatewayTimelineTab gateway={gateway} sessions={sessions} />,
  }
  return [
    // the sessions of a hub's gateways are known to Azure only
    ...(gateway.kind === 'vwan' ? [] : [timeline]),
    { id: 'load', name: 'Load', sections: ['load', 'probes'], children: <LoadTab gateway={gateway} /> },
    { id: 'routes', name: 'Routes', children: <GatewayRoutesTab gateway={gateway} /> },
    {
      id: 'configuration',
      name: 'Configuration',
      sections: ['limits'],
      children: <GatewayConfigurationTab gateway={gateway} />,
    },
    {
      id: 'events',
      name: 'Events and changes',
      children: <EventsTab resource={gateway} title="Events of this gateway" />,
    },
  ]
}
