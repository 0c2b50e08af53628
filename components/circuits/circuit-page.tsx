'use client'

import dynamic from 'next/dynamic'
import { useMemo } from 'react'
import type { Circuit } from '#lib/circuits/api/index.ts'
import { canEventOverrideState } from '#lib/gateways/api/state-text.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { isResourceBeingDeleted } from '#lib/contract/vocabulary.ts'
import { useEndpointQuery } from '../data/index.ts'
import { CustomerAndSites } from '../declarations/customer-and-sites.tsx'
import { type SessionsAlongCircuit, useSessionsAlongCircuit } from '../data/sessions-along-circuit.ts'
import { formatBandwidth, formatCountWithPlural } from '../format/quantity.ts'
import { IncidentRange } from '../incidents/incident-range.tsx'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { AcknowledgeOpenIncident, ResourceStateStartTime } from '../resource-page/incident-block.tsx'
import { PageHeadLink } from '../resource-page/page-parts.tsx'
import { ResourceFrame } from '../resource-page/resource-frame.tsx'
import { ResourcePage } from '../resource-page/resource-page.tsx'
import { type ResourceTab, ResourceTabs, TabSkeleton } from '../resource-page/resource-tabs.tsx'
import { ShareSnapshot } from '../snapshot/share-snapshot.tsx'
import { TicketButton } from '../tickets/ticket-button.tsx'
import { isUnknownResource } from '../ui/unknown-resource.tsx'
import { getCircuitStatus } from '../ui/status-text.ts'
import { CircuitCurrentState } from './circuit-current-state.tsx'
import { getPathParityStatus, formatPathParity } from './parity-text.ts'
import { CircuitNowTab } from './tabs/now-tab.tsx'

const CircuitTrafficTab = dynamic(() => import('./tabs/traffic-tab.tsx').then((part) => part.CircuitTrafficTab), {
  loading: TabSkeleton,
})
const CircuitRoutesTab = dynamic(() => import('./tabs/routes-tab.tsx').then((part) => part.CircuitRoutesTab), {
  loading: TabSkeleton,
})
const CircuitConfigurationTab = dynamic(
  () => import('./tabs/configuration-tab.tsx').then((part) => part.CircuitConfigurationTab),
  { loading: TabSkeleton },
)
const CircuitLifecyclePanel = dynamic(
  () => import('./lifecycle-panel.tsx').then((part) => part.CircuitLifecyclePanel),
  {
    loading: TabSkeleton,
  },
)
const UsagePanel = dynamic(() => import('../usage/usage-panel.tsx').then((part) => part.UsagePanel), {
  loading: TabSkeleton,
})
const HistoryTab = dynamic(() => import('../resource-page/history-tab.tsx').then((part) => part.HistoryTab), {
  loading: TabSkeleton,
})

const list = { href: '/circuits', name: 'Circuits' }

export function CircuitPage({ id }: { id: string }) {
  const query = useEndpointQuery('circuits/{id}', { id })
  const isPast = useSelectedPastMoment() !== null
  const scopes = useMemo(() => [id], [id])
  if (isPast && isUnknownResource(query)) return <BeforeItsPolls id={id} />
  return (
    <ResourcePage
      query={query}
      list={list}
      about={{ scopes }}
      headOf={(circuit) => ({
        title: circuit.name,
        place: circuit.resourceGroup,
        status: getCircuitStatus(circuit),
        since: (
          <>
            {!circuit.lastKnown && (
              <ResourceStateStartTime
                scope={id}
                bounds={lastChange(circuit)}
                until={circuit}
                isLost={
                  circuit.redundancy === 'reduced' || circuit.redundancy === 'no_path' || circuit.impaired !== null
                }
                isDown={circuit.redundancy === 'no_path'}
                isOverruled={canEventOverrideState(circuit.redundancy)}
              />
            )}
            <CustomerAndSites scopes={scopes} />
          </>
        ),
        facts: [
          circuit.provider,
          circuit.peeringLocation,
          circuit.bandwidthMbps === null ? null : formatBandwidth(circuit.bandwidthMbps),
          circuit.provisioningNote,
        ],
        actions: (
          <>
            <AcknowledgeOpenIncident scope={id} />
            <TicketButton circuit={circuit} />
            <ShareSnapshot />
          </>
        ),
        menu: <PageHeadLink href={`/circuits/${id}?tab=lifecycle`}>Lifecycle</PageHeadLink>,
      })}
    >
      {(circuit) => <CircuitParts circuit={circuit} />}
    </ResourcePage>
  )
}

/**
 * Page of a circuit for a past time at which Peerwatch did not poll the circuit yet. For such a time, only traffic from
 * Azure's metrics is available.
 */
function BeforeItsPolls({ id }: { id: string }) {
  return (
    <ResourcePage
      query={useEndpointQuery('circuits/{id}', { id, at: null })}
      list={list}
      headOf={(circuit) => ({
        title: circuit.name,
        place: circuit.resourceGroup,
        status: { tone: 'unknown', word: 'NO DATA' },
        since: 'not polled at this moment',
      })}
    >
      {({ name }) => <UsagePanel circuit={{ id, name, bandwidthMbps: null }} />}
    </ResourcePage>
  )
}

function CircuitParts({ circuit }: { circuit: Circuit }) {
  const series: SessionsAlongCircuit = useSessionsAlongCircuit(circuit)
  return (
    <ResourceFrame present={<CircuitCurrentState circuit={circuit} series={series} />}>
      <IncidentRange scope={circuit.id}>
        <CircuitTabs circuit={circuit} sessions={series.sessions} />
      </IncidentRange>
    </ResourceFrame>
  )
}

/**
 * Returns bounds of the time since which the circuit has its current state. If an open event impairs a redundant
 * circuit, they are the bounds of the event's start. Otherwise, they are the bounds of the last state change of any
 * path. Returns null if the start of a path's state is unknown.
 */
function lastChange({ paths, redundancy, impaired }: Circuit): [string, string] | null {
  if (redundancy === 'redundant' && impaired?.startedBetween) return impaired.startedBetween
  const since = paths.map((path) => path.since)
  const known = since.filter((bounds) => bounds !== null)
  if (known.length < since.length) return null
  return known.toSorted((a, b) => Date.parse(b[1]) - Date.parse(a[1]))[0] ?? null
}

/**
 * Reports whether the circuit is being commissioned or deleted. This is the case if its provider has not provisioned
 * it, if it has no peering or no connection, or if Azure is deleting it.
 */
const isInTransition = ({ provisioning, peerings, connections, provisioningState }: Circuit): boolean =>
  (provisioning.provider !== null && provisioning.provider !== 'Provisioned') ||
  peerings.length === 0 ||
  connections.length === 0 ||
  isResourceBeingDeleted({ provisioningState })

function CircuitTabs({ circuit, sessions }: { circuit: Circuit; sessions: BgpSession[] }) {
  const parity = useEndpointQuery('circuits/{id}/parity', { id: circuit.id }).data?.data
  const difference = parity && getPathParityStatus(parity)
  const overlaps = circuit.overlaps?.length ?? 0
  const isNow = useSelectedPastMoment() === null
  const tabs: ResourceTab[] = [
    {
      id: 'now',
      name: isNow ? 'Now' : 'Then',
      former: ['timeline'],
      children: <CircuitNowTab circuit={circuit} sessions={sessions} />,
    },
    {
      id: 'traffic',
      name: 'Traffic',
      sections: ['usage', 'probes', 'qos'],
      children: <CircuitTrafficTab circuit={circuit} />,
    },
    {
      id: 'routes',
      name: 'Routes',
      sections: ['headroom'],
      mark:
        isNow && parity && difference?.tone === 'degraded'
          ? { tone: difference.tone, words: formatPathParity(parity) }
          : null,
      children: <CircuitRoutesTab circuit={circuit} />,
    },
    {
      id: 'history',
      name: 'History',
      former: ['events'],
      children: <HistoryTab resource={circuit} />,
    },
    {
      id: 'configuration',
      name: 'Configuration',
      sections: ['overlaps', 'limits'],
      mark:
        overlaps > 0 ? { tone: 'degraded', words: formatCountWithPlural(overlaps, 'overlapping address range') } : null,
      children: <CircuitConfigurationTab circuit={circuit} />,
    },
    {
      id: 'lifecycle',
      name: 'Lifecycle',
      sections: ['lifecycle'],
      isAside: !isInTransition(circuit),
      children: <CircuitLifecyclePanel circuitId={circuit.id} />,
    },
  ]
  return <ResourceTabs tabs={tabs} />
}
