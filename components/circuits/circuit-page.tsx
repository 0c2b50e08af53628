'use client'

import type { Circuit, PeeringType, Session } from '#lib/contract/index.ts'
import { ChangesPanel } from '../changes/changes-panel.tsx'
import { useEndpoint } from '../data/index.ts'
import { MaintenanceNotice } from '../declarations/maintenance-notice.tsx'
import { OperatorCard } from '../declarations/operator-card.tsx'
import { formatBandwidth, formatShare, plural } from '../format/quantity.ts'
import { OpenIncidents } from '../incidents/open-incidents.tsx'
import { Findings } from '../networks/findings.tsx'
import { ProbesPanel } from '../probes/probes-panel.tsx'
import { BothEnds } from '../routers/both-ends.tsx'
import { ConfigurationPanel, ResourceEvents } from '../resource-page/parts.tsx'
import { AvailabilityPanel } from '../resource-page/availability-panel.tsx'
import { LimitsPanel } from '../resource-page/limits-panel.tsx'
import { ResourcePage } from '../resource-page/resource-page.tsx'
import { useRangeWindow } from '../time/use-range-window.ts'
import { TimelinePanel } from '../timeline/timeline-panel.tsx'
import { useCircuitTimeline } from '../timeline/use-circuit-timeline.ts'
import { TicketButton } from '../tickets/ticket-button.tsx'
import { RuleSource } from '../ui/azure-rule.tsx'
import { DeferredPanel } from '../ui/deferred-panel.tsx'
import { Panel } from '../ui/panel.tsx'
import { Status } from '../ui/status.tsx'
import { redundancyStatus } from '../ui/words.ts'
import { UsagePanel } from '../usage/usage-panel.tsx'
import { WatchBar } from '../watch/watch-bar.tsx'
import { planWords } from './plan-words.ts'
import { CircuitConnections } from './connections.tsx'
import { backupPathText } from './backup-path.ts'
import { CircuitDeclaration } from '../declarations/circuit-declaration.tsx'
import { GlobalReach } from './global-reach.tsx'
import { HeadroomPanel } from './headroom-panel.tsx'
import { LifecyclePanel } from './lifecycle-panel.tsx'
import { ParityPanel } from './parity-panel.tsx'
import { PathPanel } from './path-panel.tsx'
import { ownPeering } from '#lib/contract/words/own-peering.ts'
import { QosPanel } from './qos-panel.tsx'
import { peeringName, Peerings } from './peerings.tsx'
import { useSeriesSessions } from '../data/series-sessions.ts'

export function CircuitPage({ id }: { id: string }) {
  return (
    <ResourcePage
      query={useEndpoint('circuits/{id}', { id })}
      list={{ href: '/circuits', name: 'Circuits' }}
      headOf={(circuit) => ({
        title: circuit.name,
        place: circuit.resourceGroup,
        status: redundancyStatus(circuit.redundancy),
        meaning: redundancyWords(circuit),
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
  const { id, name, peerings, connections } = circuit
  const sessions = useSeriesSessions(circuit)
  const others = useEndpoint('circuits').data?.data ?? []
  const own = ownPeering(circuit)
  return (
    <>
      <OpenIncidents scope={id} redundancy={backupPathText(circuit, others)} />
      <MaintenanceNotice scope={id} />
      <Paths circuit={circuit} sessions={sessions} />
      <OperatorCard scope={id} of={name} />
      <WatchBar scope={id} />
      <BothEnds circuitId={id} />
      <ParityPanel circuitId={id} />
      {own !== 'microsoft' && peerings.some(({ type }) => type === 'microsoft') && (
        <ParityPanel circuitId={id} peering="microsoft" />
      )}
      <DeferredPanel title="Timeline" height={40}>
        <CircuitTimeline circuit={circuit} sessions={sessions} />
      </DeferredPanel>
      <DeferredPanel title="Availability" height={5}>
        <AvailabilityPanel scope={id} />
      </DeferredPanel>
      <DeferredPanel id="usage" title="Traffic" height={30}>
        <UsagePanel circuit={circuit} />
      </DeferredPanel>
      <QosPanel circuit={circuit} />
      <DeferredPanel id="headroom" title="Prefix headroom" height={20}>
        <HeadroomPanel circuit={circuit} />
      </DeferredPanel>
      <LimitsPanel limits={circuit.limits} />
      {circuit.overlaps && circuit.overlaps.length > 0 && (
        <Panel id="overlaps" title="Overlapping addresses" note="where this circuit reaches">
          <Findings findings={circuit.overlaps} />
        </Panel>
      )}
      <DeferredPanel id="probes" title="Round-trip time" height={21}>
        <ProbesPanel scope={id} name={name} />
      </DeferredPanel>
      <ConfigurationPanel title="Circuit" {...circuit} facts={circuitFacts(circuit)} />
      <CircuitDeclaration id={id} name={name} />
      <Peerings peerings={peerings} />
      <CircuitConnections connections={connections} />
      <GlobalReach {...circuit} />
      <DeferredPanel id="lifecycle" title="Lifecycle" height={30}>
        <LifecyclePanel circuitId={id} />
      </DeferredPanel>
      <DeferredPanel title="Events of this circuit" height={40}>
        <ResourceEvents scope={id} title="Events of this circuit" />
      </DeferredPanel>
      <DeferredPanel title="Configuration changes" height={15}>
        <ChangesPanel scopes={[id, ...connections.map((connection) => connection.id)]} />
      </DeferredPanel>
    </>
  )
}

function CircuitTimeline(props: { circuit: Circuit; sessions: Session[] }) {
  const time = useRangeWindow('24h')
  const timeline = useCircuitTimeline(props.circuit, props.sessions, time)
  return <TimelinePanel title="Timeline" timeline={timeline} time={time} />
}

function Paths({ circuit, sessions }: { circuit: Circuit; sessions: Session[] }) {
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
            <PathPanel key={path.path} path={path} peering={first} circuit={circuit} sessions={sessions} />
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
            <Status {...redundancyStatus(peering.redundancy)} />
            <p className="basis-full text-xs text-ink-2">
              {backupOf(peering.type)} <RuleSource rule="peering_backup" />
            </p>
          </header>
          {peering.paths.map((path) => (
            <PathPanel key={path.path} path={path} peering={peering} circuit={circuit} sessions={sessions} />
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

const circuitFacts = (circuit: Circuit): [string, React.ReactNode][] => [
  ['Peering location', circuit.peeringLocation],
  ['Provider', circuit.provider],
  ['Connectivity', callWords(circuit)],
  ['Authorizations', authorizationWords(circuit.authorizations)],
  ['Bandwidth', circuit.bandwidthMbps === null ? null : `${formatBandwidth(circuit.bandwidthMbps)} on each path`],
  ['SKU', [circuit.sku.tier, planWords(circuit.sku.family)].filter(Boolean).join(', ') || null],
  ['Circuit state', circuit.provisioning.circuit],
  ['Provider state', circuit.provisioning.provider],
  ['Region', circuit.location],
  [
    'S-tag',
    circuit.secondStag === null
      ? circuit.stag
      : `${circuit.stag ?? 'unknown'}, ${circuit.secondStag} on the secondary path (declared)`,
  ],
  ['Service key', circuit.serviceKey && <span className="font-mono">{circuit.serviceKey}</span>],
  [
    'Overlapping addresses',
    circuit.overlaps && (circuit.overlaps.length === 0 ? 'none found' : `${circuit.overlaps.length}, see above`),
  ],
  ['Global Reach', circuit.globalReachEnabled === null ? null : circuit.globalReachEnabled ? 'enabled' : 'not enabled'],
]

/** How many paths are up, within bounds: `1 of 2 paths is up`, `At least 1 of 2 paths is up, possibly 2`. */
function redundancyWords({ paths, atLeastPaths, atMostPaths, redundancy }: Circuit): string {
  const of = plural(paths.length, 'path')
  if (redundancy === 'disabled') return 'Administratively disabled.'
  if (atLeastPaths === atMostPaths) {
    if (atLeastPaths === 0) return `None of ${of} is up.`
    if (atLeastPaths === paths.length) return paths.length === 2 ? 'Both paths are up.' : `${of} up.`
    return `${atLeastPaths} of ${of} ${atLeastPaths === 1 ? 'is' : 'are'} up.`
  }
  if (atLeastPaths === 0) return `At most ${atMostPaths} of ${of} can be up; none is confirmed.`
  return `At least ${atLeastPaths} of ${of} is up, possibly ${atMostPaths}.`
}

/** The connectivity model determines who runs BGP. */
function callWords({ connectivity, connectivityBasis, connectivityConfidence }: Circuit): string | null {
  const words = modelWords(connectivity)
  if (words === null) return null
  switch (connectivityBasis) {
    case 'last_writer':
      return `${words} (inferred from who wrote the peering last, confidence ${formatShare(connectivityConfidence ?? 0)})`
    case 'declared':
      return `${words} (declared)`
    default:
      return words
  }
}

const authorizationWords = ({ total, inUse }: Circuit['authorizations']): string =>
  total === 0 ? 'none' : `${inUse} of ${total} in use`

function modelWords(connectivity: Circuit['connectivity']): string | null {
  switch (connectivity) {
    case 'exchange':
      return 'cloud exchange: your routers run BGP'
    case 'telco':
      return 'telco: the provider runs BGP'
    case 'direct':
      return 'ExpressRoute Direct: your routers run BGP'
    case null:
      return null
  }
}
