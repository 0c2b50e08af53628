'use client'

import type { Hub } from '#lib/contract/index.ts'
import { ChangesPanel } from '../changes/changes-panel.tsx'
import { useEndpoint } from '../data/index.ts'
import { OpenIncidents } from '../incidents/open-incidents.tsx'
import { PageLink } from '../links/page-link.tsx'
import { ConfigurationPanel, ResourceEvents } from '../resource-page/parts.tsx'
import { ResourcePage } from '../resource-page/resource-page.tsx'
import { RouteTable } from '../routes/route-table.tsx'
import { routesHref } from '../routes/route-views.ts'
import { DeferredPanel } from '../ui/deferred-panel.tsx'
import { HubBgpConnections, HubConnections, HubNetworks } from './hub-connections.tsx'
import { hubKindWords, hubStatus, preferenceWords, prefixesText, redundancyText } from './hub-words.ts'

/** One hub: what it connects, its route table now or at a moment, events and changes. */
export function HubPage({ id }: { id: string }) {
  return (
    <ResourcePage
      query={useEndpoint('hubs/{id}', { id })}
      list={{ href: '/hubs', name: 'Hubs' }}
      headOf={(hub) => ({
        title: hub.name,
        place: hub.resourceGroup,
        status: hubStatus(hub),
        meaning: hub.reason ?? `${hub.kind === 'hub' ? 'A ' : ''}${hubKindWords(hub)}.`,
      })}
      skeleton={<div className="skeleton h-80" />}
    >
      {(hub) => <HubParts hub={hub} />}
    </ResourcePage>
  )
}

function HubParts({ hub }: { hub: Hub }) {
  const { id } = hub
  const isHub = hub.kind === 'hub'
  return (
    <>
      <OpenIncidents scope={id} redundancy={redundancyText(hub)} />
      {isHub && <HubConnections hub={hub} />}
      <HubBgpConnections peers={hub.bgpConnections} />
      {!isHub && (
        <p className="text-sm text-ink-2">
          Sessions and routes of its peers:{' '}
          <PageLink href={`/gateways/${id}`} className="underline">
            {hub.name} among the gateways
          </PageLink>
          .
        </p>
      )}
      {isHub && <HubNetworks networks={hub.networks} />}
      {isHub && <RouteTable scope={id} title="Effective routes" />}
      {isHub && (
        <p className="text-sm text-ink-2">
          Where an address goes from here:{' '}
          <PageLink href={routesHref('lookup', { scope: id })} className="underline">
            look-up in this hub
          </PageLink>
          .
        </p>
      )}
      <ConfigurationPanel title={isHub ? 'Hub' : 'Route Server'} {...hub} facts={factsOf(hub)} />
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
  ...(hub.kind === 'hub'
    ? ([
        ['Virtual WAN', hub.wan],
        ['Address space', hub.addressPrefixes.join(', ') || null],
        ['Effective prefixes', prefixesText(hub.effectivePrefixes)],
        ['Router', hub.routingState],
        [
          'Branch to branch',
          hub.allowsBranchToBranch === null ? null : hub.allowsBranchToBranch ? 'allowed' : 'not allowed',
        ],
      ] satisfies [string, React.ReactNode][])
    : []),
  ['ASN', hub.asn],
  ['Router addresses', hub.routerAddresses.join(', ') || null],
  ['Routing preference', preferenceWords(hub.routingPreference)],
  ['Provisioning', hub.provisioningState],
  ['Region', hub.location],
]
