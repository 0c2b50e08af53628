'use client'

import type { Hub } from '#lib/gateways/api/index.ts'
import { useEndpoint } from '../data/index.ts'
import { IncidentRange } from '../incidents/incident-range.tsx'
import { OpenIncidents } from '../incidents/open-incidents.tsx'
import { EventsTab } from '../resource-page/events-tab.tsx'
import { ConfigurationPanel, SettingsPanel } from '../resource-page/parts.tsx'
import { ResourcePage } from '../resource-page/resource-page.tsx'
import { type ResourceTab, ResourceTabs } from '../resource-page/resource-tabs.tsx'
import { RouteTablePanel } from '../routes/route-table.tsx'
import { HubConnections, HubNetworks } from './hub-connections.tsx'
import { HubBgpConnections } from './hub-peers.tsx'
import { HubRouteTables } from './hub-route-tables.tsx'
import { hubKindWords, hubStatus, preferenceWords, prefixesText, redundancyText } from './hub-words.ts'

/** The hub of a Virtual WAN: what it connects, its route tables now or at a moment, events and changes. */
export function HubPage({ id }: { id: string }) {
  return (
    <ResourcePage
      query={useEndpoint('hubs/{id}', { id })}
      list={{ href: '/hubs', name: 'Hubs' }}
      headOf={(hub) => ({
        title: hub.name,
        place: hub.resourceGroup,
        status: hubStatus(hub),
        meaning: hub.reason ?? `A ${hubKindWords(hub)}.`,
      })}
      skeleton={<div className="skeleton h-80" />}
    >
      {(hub) => <HubParts hub={hub} />}
    </ResourcePage>
  )
}

function HubParts({ hub }: { hub: Hub }) {
  const { id } = hub
  return (
    <>
      <OpenIncidents scope={id} redundancy={redundancyText(hub)} />
      <HubConnections hub={hub} />
      <HubBgpConnections peers={hub.bgpConnections} />
      <IncidentRange scope={id}>
        <ResourceTabs tabs={tabsOf(hub)} />
      </IncidentRange>
    </>
  )
}

const tabsOf = (hub: Hub): ResourceTab[] => [
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
        <HubNetworks networks={hub.networks} />
        <ConfigurationPanel title="Hub" {...hub} facts={factsOf(hub)} />
        <SettingsPanel settings={hub.settings} />
      </>
    ),
  },
  {
    id: 'events',
    name: 'Events and changes',
    children: <EventsTab resource={{ id: hub.id, connections: hub.gateways }} title="Events of this hub" />,
  },
]

const factsOf = (hub: Hub): [string, React.ReactNode][] => [
  ['Virtual WAN', hub.wan],
  ['Address space', hub.addressPrefixes.join(', ') || null],
  ['Effective prefixes', prefixesText(hub.effectivePrefixes)],
  ['Router', hub.routingState],
  ['Branch to branch', hub.allowsBranchToBranch === null ? null : hub.allowsBranchToBranch ? 'allowed' : 'not allowed'],
  ['ASN', hub.asn],
  ['Router addresses', hub.routerAddresses.join(', ') || null],
  ['Routing preference', preferenceWords(hub.routingPreference)],
  ['Provisioning', hub.provisioningState],
  ['Region', hub.location],
]
