'use client'

import type { Hub } from '#lib/contract/index.ts'
import { ChangesPanel } from '../changes/changes-panel.tsx'
import { useEndpoint } from '../data/index.ts'
import { OpenIncidents } from '../incidents/open-incidents.tsx'
import { ConfigurationPanel, ResourceEvents } from '../resource-page/parts.tsx'
import { ResourcePage } from '../resource-page/resource-page.tsx'
import { RouteTable } from '../routes/route-table.tsx'
import { DeferredPanel } from '../ui/deferred-panel.tsx'
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
      <HubNetworks networks={hub.networks} />
      <HubRouteTables hub={hub} />
      <RouteTable scope={id} title="Effective routes of the default table" />
      <ConfigurationPanel title="Hub" {...hub} facts={factsOf(hub)} />
      <DeferredPanel title="Events of this hub" height={20}>
        <ResourceEvents scope={id} title="Events of this hub" />
      </DeferredPanel>
      <DeferredPanel title="Configuration changes" height={15}>
        <ChangesPanel scopes={[id, ...hub.gateways.map((gateway) => gateway.id)]} />
      </DeferredPanel>
    </>
  )
}

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
