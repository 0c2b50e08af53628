'use client'

import type { Hub } from '#lib/gateways/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { IncidentRange } from '../incidents/incident-range.tsx'
import { HistoryTab } from '../resource-page/history-tab.tsx'
import { AcknowledgeOpenIncident, IncidentBlock, ResourceStateStartTime } from '../resource-page/incident-block.tsx'
import { LimitsPanel } from '../resource-page/limits-panel.tsx'
import { ConfigurationPanel, SettingsPanel } from '../resource-page/page-parts.tsx'
import { CurrentStateSection, ResourceFrame } from '../resource-page/resource-frame.tsx'
import { ResourcePage } from '../resource-page/resource-page.tsx'
import { type ResourceTab, ResourceTabs } from '../resource-page/resource-tabs.tsx'
import { RouteTablePanel } from '../routes/route-table.tsx'
import { HubConnections, HubNetworks, HubUserVpnGateways } from './hub-connections.tsx'
import { HubBgpConnections } from './hub-peers.tsx'
import { HubRouteTables } from './hub-route-tables.tsx'
import { FactList } from '../ui/facts/fact-list.tsx'
import { CurrentUptime } from '../resource-page/current-uptime.tsx'
import {
  formatHubKind,
  getHubStatus,
  formatFirewallTraffic,
  formatRoutingPreference,
  formatTablePrefixCount,
  formatRouterUnits,
  formatRouteMaps,
} from './hub-text.ts'

/**
 * Page of a Virtual WAN hub: its connections, its route tables now or at a past time, its events and its configuration
 * changes.
 */
export function HubPage({ id }: { id: string }) {
  return (
    <ResourcePage
      query={useEndpointQuery('hubs/{id}', { id })}
      list={{ href: '/hubs', name: 'Hubs' }}
      about={{ scopes: [id] }}
      headOf={(hub) => ({
        title: hub.name,
        place: hub.resourceGroup,
        status: getHubStatus(hub),
        since: <ResourceStateStartTime scope={id} bounds={null} isLost={hub.state === 'failed'} />,
        facts: [formatHubKind(hub), hub.location],
        actions: <AcknowledgeOpenIncident scope={id} withTicket />,
      })}
    >
      {(hub) => <HubParts hub={hub} />}
    </ResourcePage>
  )
}

function HubParts({ hub }: { hub: Hub }) {
  const { id } = hub
  return (
    <ResourceFrame
      present={
        <>
          <IncidentBlock scope={id} />
          {hub.reason && <CurrentStateSection>{hub.reason}</CurrentStateSection>}
          <CurrentUptime id={id} name={hub.name} />
          <CurrentStateSection title="Hub">
            <FactList facts={factsOf(hub)} />
          </CurrentStateSection>
        </>
      }
    >
      <IncidentRange scope={id}>
        <ResourceTabs tabs={tabsOf(hub)} />
      </IncidentRange>
    </ResourceFrame>
  )
}

const tabsOf = (hub: Hub): ResourceTab[] => [
  {
    id: 'connections',
    name: 'Connections',
    children: (
      <>
        <HubConnections hub={hub} />
        <HubUserVpnGateways hub={hub} />
        <HubBgpConnections peers={hub.bgpConnections} />
        <HubNetworks networks={hub.networks} />
        <LimitsPanel limits={hub.limits} />
      </>
    ),
  },
  {
    id: 'routes',
    name: 'Routes',
    children: (
      <>
        <HubRouteTables hub={hub} />
        <RouteTablePanel scope={hub.id} title="Effective routes of the default table" />
      </>
    ),
  },
  {
    id: 'configuration',
    name: 'Configuration',
    children: (
      <>
        <ConfigurationPanel title="Hub" {...hub} facts={configurationOf(hub)} />
        <SettingsPanel settings={hub.settings} />
      </>
    ),
  },
  {
    id: 'history',
    name: 'History',
    former: ['events'],
    children: <HistoryTab resource={{ id: hub.id, connections: hub.gateways }} />,
  },
]

const factsOf = (hub: Hub): [string, React.ReactNode][] => [
  ['Address space', hub.addressPrefixes.join(', ') || null],
  ['Effective prefixes', formatTablePrefixCount(hub.effectivePrefixes)],
  ['Router', hub.routingState],
  ['Sent to a firewall', formatFirewallTraffic(hub)],
  ['Route maps', formatRouteMaps(hub)],
]

const configurationOf = (hub: Hub): [string, React.ReactNode][] => [
  ['Virtual WAN', hub.wan],
  ['Branch to branch', hub.allowsBranchToBranch === null ? null : hub.allowsBranchToBranch ? 'allowed' : 'not allowed'],
  ['ASN', hub.asn],
  ['Router units, least', formatRouterUnits(hub)],
  ['Router addresses', hub.routerAddresses.join(', ') || null],
  ['Routing preference', formatRoutingPreference(hub.routingPreference)],
  ['Provisioning', hub.provisioningState],
  ['Region', hub.location],
]
