'use client'

import type { ReactNode } from 'react'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { parseSessionSubject, formatSessionSubject } from '#lib/contract/vocabulary.ts'
import { formatAzureState } from '#lib/contract/words/index.ts'
import { sessionRoleLabels } from '#lib/gateways/api/state-text.ts'
import { findMainPeeringType } from '#lib/contract/words/main-peering-type.ts'
import { CircuitPathPicture } from '../circuits/path-picture.tsx'
import { useSessionsAlongCircuit } from '../data/sessions-along-circuit.ts'
import { useSession, useEndpointQuery } from '../data/index.ts'
import { CurrentMaintenanceNotice } from '../maintenance/maintenance-notice.tsx'
import { OperatorCardPanel } from '../declarations/operator-card.tsx'
import { formatCountWithSeparators } from '../format/quantity.ts'
import { TicketButton } from '../tickets/ticket-button.tsx'
import { findCircuitOfSession } from './circuit-of-session.ts'
import { SessionEndsPanel } from '../routers/session-ends-panel.tsx'
import { HistoryPanel } from '../resource-page/history-tab.tsx'
import { AcknowledgeOpenIncident, IncidentBlock, ResourceStateStartTime } from '../resource-page/incident-block.tsx'
import { CurrentStateSection, ResourceFrame } from '../resource-page/resource-frame.tsx'
import { ResourcePage } from '../resource-page/resource-page.tsx'
import { useRangeWindow } from '../time/use-range-window.ts'
import { IncidentRange } from '../incidents/incident-range.tsx'
import { formatSessionsUpShare, useSessionAvailability } from '../timeline/availability-text.ts'
import { TimelinePanel } from '../timeline/timeline-panel.tsx'
import { useSessionTimeline } from '../timeline/use-session-timeline.ts'
import { EmptyNote } from '../ui/answer-view.tsx'
import { FactList } from '../ui/facts/fact-list.tsx'
import { type PanelFact, Panel } from '../ui/panel.tsx'
import { StateLabel } from '../ui/status.tsx'
import { AgeText, TimeBoundsText } from '../ui/times/time.tsx'
import { OWN_POLLS_NOTE, getSessionStatus } from '../ui/status-text.ts'
import { DetectableOutageBar } from '../watch/watch-bar.tsx'
import { SessionResourceLink } from './scope-link.tsx'
import { isEventOfSession } from '../timeline/session-tracks.ts'
import { formatSessionTitle } from './session-text.ts'

/**
 * Page of one BGP session.
 * @param ends local and remote address as in the URL, `10.0.4.12~10.0.4.4`
 */
export function SessionPage({ scope, ends }: { scope: string; ends: string }) {
  const session = useSession(scope, parseSessionSubject(ends))
  const all = useEndpointQuery('sessions', { scope }).data?.data ?? []
  const circuitId = session.data?.data ? findCircuitOfSession(session.data.data) : null
  const addresses = ends.replace('~', ' ↔ ')
  return (
    <ResourcePage
      query={session}
      list={{ href: '/sessions', name: 'Sessions' }}
      about={{ scopes: [scope], subject: ends }}
      headOf={(found) =>
        found
          ? {
              title: formatSessionTitle(found, all),
              place: <SessionResourceLink session={found} />,
              status: getSessionStatus(found),
              since: (
                <ResourceStateStartTime
                  scope={scope}
                  subject={formatSessionSubject(found)}
                  until={found}
                  bounds={found.downSince ?? (found.verdict === 'up' ? found.establishedAt : null)}
                  isLost={found.verdict === 'down'}
                />
              ),
              facts: [addresses],
              actions: (
                <>
                  <AcknowledgeOpenIncident
                    scope={scope}
                    subject={formatSessionSubject(found)}
                    withTicket={circuitId === null}
                  />
                  {circuitId && <CircuitTicket id={circuitId} session={found} />}
                </>
              ),
            }
          : { title: addresses, place: null, status: { tone: 'unknown', word: 'UNKNOWN' } }
      }
    >
      {(found) => (found ? <SessionParts session={found} /> : <NoSuchSession />)}
    </ResourcePage>
  )
}

/** Button that opens a ticket about the circuit path to which the session belongs. */
function CircuitTicket({ id, session: { peering, path, mapping } }: { id: string; session: BgpSession }) {
  const circuit = useEndpointQuery('circuits/{id}', { id }).data?.data
  if (!circuit || (peering ?? findMainPeeringType(circuit)) !== findMainPeeringType(circuit)) return null
  return <TicketButton circuit={circuit} path={path ?? mapping?.path ?? null} />
}

function NoSuchSession() {
  return (
    <Panel title="Session">
      <EmptyNote title="Session not found">
        No current poll lists it. Check the address, or open the list of sessions as of a time in the past.
      </EmptyNote>
    </Panel>
  )
}

function SessionParts({ session }: { session: BgpSession }) {
  const circuitId = findCircuitOfSession(session)
  return (
    <IncidentRange scope={session.scope} subject={formatSessionSubject(session)}>
      {circuitId ? <WithCircuit circuitId={circuitId} session={session} /> : <Frame session={session} partners={[]} />}
    </IncidentRange>
  )
}

function WithCircuit({ circuitId, session }: { circuitId: string; session: BgpSession }) {
  const circuit = useEndpointQuery('circuits/{id}', { id: circuitId }).data?.data
  if (circuit) return <InSeries circuit={circuit} session={session} />
  return <div className="skeleton h-[32rem]" />
}

function InSeries({ circuit, session }: { circuit: Circuit; session: BgpSession }) {
  const onPath = session.path ?? session.mapping?.path
  const series = useSessionsAlongCircuit(circuit)
  const type = session.peering ?? findMainPeeringType(circuit)
  const peering = circuit.peerings.find((one) => one.type === type)
  const path = (peering?.paths ?? circuit.paths).find((one) => one.path === onPath)
  const partners = series.sessions.filter(
    (one) =>
      (one.scope === circuit.id
        ? one.peering === type && one.path
        : type === findMainPeeringType(circuit) && one.mapping?.circuitId === circuit.id && one.mapping.path) ===
      onPath,
  )
  return (
    <Frame
      session={session}
      partners={partners}
      inSeries={
        path && (
          <CurrentStateSection title={`In series on the ${path.path} path`}>
            <CircuitPathPicture path={path} peering={peering} circuit={circuit} series={series} />
          </CurrentStateSection>
        )
      }
      ends={<SessionEndsPanel circuitId={circuit.id} only={{ peering: type, path: onPath }} />}
    />
  )
}

function Frame({
  session,
  partners,
  inSeries,
  ends,
}: {
  session: BgpSession
  partners: BgpSession[]
  inSeries?: ReactNode
  ends?: ReactNode
}) {
  const { scope, role } = session
  const subject = formatSessionSubject(session)
  return (
    <ResourceFrame
      present={
        <>
          <IncidentBlock scope={scope} subject={subject} />
          <CurrentMaintenanceNotice scope={scope} />
          {inSeries}
          <SessionFacts session={session} />
          {role !== 'gateway-peer' && (
            <OperatorCardPanel scope={scope} part={subject} of={`the session ${subject.replace('~', ' to ')}`} flat />
          )}
          <DetectableOutageBar scope={scope} />
        </>
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {ends}
        <SessionTimeline session={session} partners={partners} />
        <HistoryPanel scope={scope} isShown={(event) => isEventOfSession(event, session)} />
      </div>
    </ResourceFrame>
  )
}

function SessionTimeline(props: { session: BgpSession; partners: BgpSession[] }) {
  const time = useRangeWindow()
  const timeline = useSessionTimeline(props.session, props.partners, time)
  const availability = useSessionAvailability(props.session.scope, time.range)
  return (
    <TimelinePanel
      title="Timeline"
      of={formatSessionSubject(props.session)}
      note={formatSessionsUpShare(availability([formatSessionSubject(props.session)]))}
      timeline={timeline}
      time={time}
    />
  )
}

function SessionFacts({ session }: { session: BgpSession }) {
  return (
    <CurrentStateSection title="Session">
      <FactList facts={factsOf(session)} />
    </CurrentStateSection>
  )
}

const count = (number: number | string | null) => (number === null ? null : formatCountWithSeparators(number))

const factsOf = (session: BgpSession): PanelFact[] => [
  [
    'Prefixes received',
    session.verdict === 'up' && session.prefixesReceived === 0 && session.role !== 'gateway-peer' ? (
      <StateLabel tone="degraded" word="0" detail="learns nothing" />
    ) : (
      count(session.prefixesReceived)
    ),
  ],
  [
    'Fell',
    session.downSince && (
      <>
        <TimeBoundsText bounds={session.downSince} />
        {OWN_POLLS_NOTE}
      </>
    ),
  ],
  ['Transitions', String(session.establishedTransitions)],
  ['Azure state', session.azureState && formatAzureState(session.azureState)],
  ['Messages sent', count(session.messagesSent)],
  ['Messages received', count(session.messagesReceived)],
  ['Local address', session.localAddress || 'both instances'],
  ['Remote address', session.neighbor],
  ['Remote AS', session.remoteAsn],
  ['Remote end', sessionRoleLabels[session.role]],
  ['Source', session.evidence === 'state' ? 'session state' : 'availability metrics'],
  ['Last poll', session.lastSeenAt ? <AgeText at={session.lastSeenAt} /> : 'never'],
]
