import type { Circuit, ApiPeering } from '#lib/circuits/api/index.ts'
import { findMainPeeringType } from '#lib/contract/words/main-peering-type.ts'
import { useEndpointQuery } from '../data/index.ts'
import type { SessionsAlongCircuit } from '../data/sessions-along-circuit.ts'
import { OperatorCardPanel } from '../declarations/operator-card.tsx'
import { buildSessionHref } from '../format/session-address.ts'
import { PageLink } from '../links/page-link.tsx'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { CurrentMaintenanceNotice } from '../maintenance/maintenance-notice.tsx'
import { IncidentBlock, useOpenIncidents } from '../resource-page/incident-block.tsx'
import { CurrentStateSection, FoldedStateSection } from '../resource-page/resource-frame.tsx'
import { RuleSource } from '../ui/facts/azure-rule.tsx'
import { StateLabel } from '../ui/status.tsx'
import { getRedundancyStatus, getSessionStatus } from '../ui/status-text.ts'
import { CurrentUptime } from '../resource-page/current-uptime.tsx'
import { DetectableOutageBar } from '../watch/watch-bar.tsx'
import { formatBackupPath } from './backup-path.ts'
import { summarizeSessions } from './session-summary.ts'
import { CircuitFailoverVerdict, PresentVerdict } from './failover-card.tsx'
import { CircuitPathBlock } from './path-block.tsx'
import { formatPeeringName } from './peering-name.ts'

/**
 * Shows the current state of a circuit: the effect of its loss (or its present loss), its open incident, both paths,
 * and its uptime in the last days. An open incident is shown before the effect of a loss, because a current fault is
 * more important than a future one. Both blocks have keys, so that they keep their state when an incident opens or
 * closes.
 */
export function CircuitCurrentState({ circuit, series }: { circuit: Circuit; series: SessionsAlongCircuit }) {
  const { id, name } = circuit
  const isIncidentOpen = useOpenIncidents({ scope: id }).length > 0
  const first = [
    circuit.redundancy === 'no_path' ? (
      <PresentLoss key="failover" circuit={circuit} />
    ) : (
      <CircuitFailoverVerdict key="failover" circuit={circuit} />
    ),
    <IncidentBlock key="incident" scope={id} />,
  ]
  return (
    <>
      {isIncidentOpen ? first.toReversed() : first}
      <CurrentMaintenanceNotice scope={id} />
      <Paths circuit={circuit} series={series} />
      <Ipv6 circuit={circuit} series={series} />
      <CurrentUptime id={id} name={name} />
      <OperatorCardPanel scope={id} of={name} flat shown="card" />
      <DetectableOutageBar scope={id} />
    </>
  )
}

/**
 * Describes the present loss of a circuit without a working path: the impact of its open incident, its backup, its last
 * test and its design checks. The effect of a further loss cannot be simulated. The block loads all circuits, so it is
 * rendered only if no path is up.
 */
function PresentLoss({ circuit }: { circuit: Circuit }) {
  const { data } = useEndpointQuery('circuits')
  const [incident] = useOpenIncidents({ scope: circuit.id })
  const isNow = useSelectedPastMoment() === null
  const time = circuit.unconfirmedSince === null ? (isNow ? 'now' : 'at this time') : 'when it was last polled'
  return (
    <CurrentStateSection title={`Down ${time}`}>
      {/* the minimum height is the same as that of the verdict about a loss */}
      <div className="min-h-28 text-xs">
        {/* on a phone, the block of the incident leaves it out */}
        {incident && <p className="wrap-anywhere sm:hidden">{incident.impact.summary}</p>}
        {data ? (
          <p className="mt-1">
            {formatBackupPath(circuit, data.data)} <RuleSource rule="peering_backup" />
          </p>
        ) : (
          <span className="skeleton block h-8" />
        )}
        {isNow && <PresentVerdict id={circuit.id} isDown />}
      </div>
    </CurrentStateSection>
  )
}

function Paths({ circuit, series }: { circuit: Circuit; series: SessionsAlongCircuit }) {
  const own = findMainPeeringType(circuit)
  const first = circuit.peerings.find(({ type }) => type === own)
  const microsoft = circuit.peerings.find((one) => one.type === 'microsoft' && one !== first)
  if (circuit.paths.length === 0 || !first)
    return <CurrentStateSection title="No peering">No path to monitor.</CurrentStateSection>
  return (
    <>
      <CurrentStateSection>
        <Blocks circuit={circuit} peering={first} series={series} />
      </CurrentStateSection>
      {microsoft && (
        <FoldedStateSection
          title={formatPeeringName(microsoft)}
          state={<StateLabel {...getRedundancyStatus(microsoft)} />}
          isOpen={microsoft.redundancy === 'reduced' || microsoft.redundancy === 'no_path'}
        >
          <Blocks circuit={circuit} peering={microsoft} series={series} />
        </FoldedStateSection>
      )}
    </>
  )
}

/** Paths of a peering, which are next to each other on a very wide screen. */
function Blocks({ circuit, peering, series }: { circuit: Circuit; peering: ApiPeering; series: SessionsAlongCircuit }) {
  const paths = peering.type === findMainPeeringType(circuit) ? circuit.paths : peering.paths
  return (
    <div data-broad className="grid grid-cols-[minmax(0,1fr)] gap-3 5xl:grid-cols-2 5xl:gap-x-6">
      {paths.map((path) => (
        <CircuitPathBlock key={path.path} path={path} peering={peering} circuit={circuit} series={series} />
      ))}
    </div>
  )
}

/**
 * Shows the IPv6 sessions between the customer's and Microsoft's edge routers, which the pictures of the paths leave
 * out. Renders nothing if there are no IPv6 sessions.
 */
function Ipv6({ circuit, series }: { circuit: Circuit; series: SessionsAlongCircuit }) {
  const sessions = series.sessions.filter(
    ({ scope, role, neighbor }) => scope === circuit.id && role === 'onprem' && neighbor.includes(':'),
  )
  if (sessions.length === 0) return null
  return (
    <FoldedStateSection title="IPv6" state={<StateLabel {...summarizeSessions(sessions, false)} />}>
      <ul className="grid gap-1 text-xs">
        {sessions.map((session) => (
          <li key={session.neighbor} className="flex flex-wrap gap-x-2">
            <span className="w-18 text-ink-3">{session.path}</span>
            <PageLink href={buildSessionHref(session)} className="link font-mono">
              {session.localAddress} ↔ {session.neighbor}
            </PageLink>
            <span className="ml-auto">
              <StateLabel {...getSessionStatus(session)} />
            </span>
          </li>
        ))}
      </ul>
    </FoldedStateSection>
  )
}
