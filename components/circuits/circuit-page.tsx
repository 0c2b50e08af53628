'use client'

import dynamic from 'next/dynamic'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { PeeringType } from '#lib/contract/index.ts'
import type { Session } from '#lib/sessions/api/index.ts'
import { isBeingDeleted } from '#lib/contract/vocabulary.ts'
import { useEndpoint } from '../data/index.ts'
import { MaintenanceNotice } from '../maintenance/maintenance-notice.tsx'
import { OperatorCardPanel } from '../declarations/operator-card.tsx'
import { plural } from '../format/quantity.ts'
import { OpenIncidents } from '../incidents/open-incidents.tsx'
import { FormerLine } from '../resource-page/join-controls.tsx'
import { ResourcePage } from '../resource-page/resource-page.tsx'
import { ResourceTabs, TabSkeleton } from '../resource-page/resource-tabs.tsx'
import { IncidentRange } from '../incidents/incident-range.tsx'
import { TicketButton } from '../tickets/ticket-button.tsx'
import { RuleSource } from '../ui/facts/azure-rule.tsx'
import { InTurn } from '../ui/in-turn.tsx'
import { Panel } from '../ui/panel.tsx'
import { Status } from '../ui/status.tsx'
import { redundancyStatus } from '../ui/words.ts'
import { backupPathText } from './backup-path.ts'
import { parityStatus, parityWords } from './parity-words.ts'
import { PathPanel } from './path-panel.tsx'
import { ownPeering } from '#lib/contract/words/own-peering.ts'
import { peeringName } from './peering-name.ts'
import { CircuitTimelineTab } from './tabs/timeline-tab.tsx'
import { UptimePanel } from '../uptime/uptime-panel.tsx'
import { type SeriesSessions, useSeriesSessions } from '../data/series-sessions.ts'

const TrafficTab = dynamic(() => import('./tabs/traffic-tab.tsx').then((part) => part.TrafficTab), {
  loading: TabSkeleton,
})
const CircuitRoutesTab = dynamic(() => import('./tabs/routes-tab.tsx').then((part) => part.CircuitRoutesTab), {
  loading: TabSkeleton,
})
const CircuitConfigurationTab = dynamic(
  () => import('./tabs/configuration-tab.tsx').then((part) => part.CircuitConfigurationTab),
  {
    loading: TabSkeleton,
  },
)
const LifecyclePanel = dynamic(() => import('./lifecycle-panel.tsx').then((part) => part.LifecyclePanel), {
  loading: TabSkeleton,
})
const EventsTab = dynamic(() => import('../resource-page/events-tab.tsx').then((part) => part.EventsTab), {
  loading: TabSkeleton,
})

export function CircuitPage({ id }: { id: string }) {
  return (
    <ResourcePage
      query={useEndpoint('circuits/{id}', { id })}
      list={{ href: '/circuits', name: 'Circuits' }}
      headOf={(circuit) => ({
        title: circuit.name,
        place: circuit.resourceGroup,
        status: redundancyStatus(circuit.redundancy, circuit.unconfirmedSince),
        meaning: [redundancyWords(circuit), circuit.provisioningNote].filter(Boolean).join(' '),
        actions: <TicketButton circuit={circuit} />,
      })}
      skeleton={
        <div className="grid gap-4 lg:grid-cols-2">
          <div className="skeleton h-96" />
          <div className="skeleton h-96" />
        </div>
      }
    >
      {(circuit) => <CircuitParts circuit={circuit} />}
    </ResourcePage>
  )
}

function CircuitParts({ circuit }: { circuit: Circuit }) {
  const { id, name } = circuit
  const series = useSeriesSessions(circuit)
  return (
    <InTurn>
      <>
        <FormerLine resource={circuit} list="/circuits" />
        <OpenIncidents scope={id} redundancy={<BackupPath circuit={circuit} />} />
        <MaintenanceNotice scope={id} />
      </>
      <>
        <Paths circuit={circuit} series={series} />
        <UptimePanel id={id} name={name} />
        <OperatorCardPanel scope={id} of={name} shown="card" />
      </>
      <IncidentRange scope={id}>
        <CircuitTabs circuit={circuit} sessions={series.sessions} />
      </IncidentRange>
    </InTurn>
  )
}

/** Asks for the estate's circuits, so it is drawn only where an incident is open. */
function BackupPath({ circuit }: { circuit: Circuit }) {
  const { data, isPending } = useEndpoint('circuits')
  return isPending ? <span className="skeleton inline-block h-3 w-40" /> : backupPathText(circuit, data?.data ?? [])
}

function CircuitTabs({ circuit, sessions }: { circuit: Circuit; sessions: Session[] }) {
  const parity = useEndpoint('circuits/{id}/parity', { id: circuit.id }).data?.data
  const difference = parity && parityStatus(parity)
  const overlaps = circuit.overlaps?.length ?? 0
  return (
    <ResourceTabs
      tabs={[
        { id: 'timeline', name: 'Timeline', children: <CircuitTimelineTab circuit={circuit} sessions={sessions} /> },
        {
          id: 'traffic',
          name: 'Traffic',
          sections: ['usage', 'probes', 'qos'],
          children: <TrafficTab circuit={circuit} />,
        },
        {
          id: 'routes',
          name: 'Routes and ARP',
          sections: ['headroom'],
          mark:
            parity && difference?.tone === 'degraded' ? { tone: difference.tone, words: parityWords(parity) } : null,
          children: <CircuitRoutesTab circuit={circuit} />,
        },
        {
          id: 'configuration',
          name: 'Configuration',
          sections: ['overlaps', 'limits'],
          mark: overlaps > 0 ? { tone: 'degraded', words: plural(overlaps, 'overlapping address range') } : null,
          children: <CircuitConfigurationTab circuit={circuit} />,
        },
        {
          id: 'lifecycle',
          name: 'Lifecycle',
          sections: ['lifecycle'],
          children: <LifecyclePanel circuitId={circuit.id} />,
        },
        {
          id: 'events',
          name: 'Events and changes',
          children: <EventsTab resource={circuit} title="Events of this circuit" />,
        },
      ]}
    />
  )
}

function Paths({ circuit, series }: { circuit: Circuit; series: SeriesSessions }) {
  if (circuit.paths.length === 0) {
    return (
      <Panel title="Paths">
        <p className="text-ink-2">
          This circuit has no private peering, so there are no paths to monitor. Configure the peering, or ask the
          provider to.
        </p>
      </Panel>
    )
  }
  const own = ownPeering(circuit)
  const shown = circuit.peerings
    .filter(({ type }) => type === own || type === 'microsoft')
    .toSorted((a, b) => Number(b.type === own) - Number(a.type === own))
  const [first] = shown
  if (shown.length < 2) {
    return (
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-2">
        {first &&
          circuit.paths.map((path) => (
            <PathPanel key={path.path} path={path} peering={first} circuit={circuit} series={series} />
          ))}
      </div>
    )
  }
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-4 gap-y-6 lg:grid-cols-2">
      {shown.map((peering) => (
        <section key={peering.name} aria-label={peeringName(peering)} className="flex min-w-0 flex-col gap-4">
          <header className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-b pb-2">
            <h2 className="text-base font-semibold">{peeringName(peering)}</h2>
            <Status {...redundancyStatus(peering.redundancy, peering.unconfirmedSince)} />
            <p className="basis-full text-xs text-ink-2">
              {backupOf(peering.type)} <RuleSource rule="peering_backup" />
            </p>
          </header>
          {peering.paths.map((path) => (
            <PathPanel key={path.path} path={path} peering={peering} circuit={circuit} series={series} />
          ))}
        </section>
      ))}
    </div>
  )
}

/** What else reaches the same places. */
const backupOf = (type: PeeringType | null): string =>
  type === 'microsoft'
    ? 'Reaches Microsoft’s public services. Its only backup is the Internet: no VPN and no gateway takes over.'
    : 'Reaches virtual networks through gateways. Other circuits of the gateways and a VPN may take over.'

/** How many paths are up, within bounds: `1 of 2 paths is up`, `At least 1 of 2 paths is up, possibly 2`. */
function redundancyWords({ paths, atLeastPaths, atMostPaths, redundancy, provisioningState }: Circuit): string {
  const of = plural(paths.length, 'path')
  if (redundancy === 'disabled') return isBeingDeleted({ provisioningState }) ? '' : 'Administratively disabled.'
  if (atLeastPaths === atMostPaths) {
    if (atLeastPaths === 0) return `None of ${of} is up.`
    if (atLeastPaths === paths.length) return paths.length === 2 ? 'Both paths are up.' : `${of} up.`
    return `${atLeastPaths} of ${of} ${atLeastPaths === 1 ? 'is' : 'are'} up.`
  }
  if (atLeastPaths === 0) return `At most ${atMostPaths} of ${of} can be up; none is confirmed.`
  return `At least ${atLeastPaths} of ${of} is up, possibly ${atMostPaths}.`
}
