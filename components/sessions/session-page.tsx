'use client'

import type { Circuit } from '#lib/circuits/api/index.ts'
import type { Session } from '#lib/sessions/api/index.ts'
import { parseSession, sessionSubject } from '#lib/contract/vocabulary.ts'
import { azureStateWords } from '#lib/contract/words/index.ts'
import { sessionRoleNames } from '#lib/gateways/api/state-words.ts'
import { ownPeering } from '#lib/contract/words/own-peering.ts'
import { PathSeries } from '../circuits/path-series.tsx'
import { useSeriesSessions } from '../data/series-sessions.ts'
import { useSession, useEndpoint } from '../data/index.ts'
import { MaintenanceNotice } from '../maintenance/maintenance-notice.tsx'
import { OperatorCardPanel } from '../declarations/operator-card.tsx'
import { formatCount } from '../format/quantity.ts'
import { OpenIncidents } from '../incidents/open-incidents.tsx'
import { TicketButton } from '../tickets/ticket-button.tsx'
import { circuitOfSession } from './circuit-of-session.ts'
import { BothEnds } from '../routers/both-ends.tsx'
import { ResourceEvents } from '../resource-page/parts.tsx'
import { ResourcePage } from '../resource-page/resource-page.tsx'
import { useRangeWindow } from '../time/use-range-window.ts'
import { IncidentRange } from '../incidents/incident-range.tsx'
import { TimelinePanel } from '../timeline/timeline-panel.tsx'
import { useSessionTimeline } from '../timeline/use-session-timeline.ts'
import { Empty } from '../ui/answer-view.tsx'
import { Facts, Panel } from '../ui/panel.tsx'
import { Age, Since } from '../ui/times/time.tsx'
import { sessionStatus } from '../ui/words.ts'
import { WatchBar } from '../watch/watch-bar.tsx'
import { AvailabilityPanel } from '../resource-page/availability-panel.tsx'
import { ScopeLink } from './scope-link.tsx'
import { remainingWords, sessionMeaning } from './session-words.ts'

/** One BGP session. @param ends `10.0.4.12~10.0.4.4`, as its address writes them */
export function SessionPage({ scope, ends }: { scope: string; ends: string }) {
  const session = useSession(scope, parseSession(ends))
  return (
    <ResourcePage
      query={session}
      list={{ href: '/sessions', name: 'Sessions' }}
      headOf={(found) => ({
        title: ends.replace('~', ' ↔ '),
        place: found && <ScopeLink session={found} />,
        status: found ? sessionStatus(found) : { tone: 'unknown', word: 'UNKNOWN' },
        meaning: found && sessionMeaning(found),
      })}
      skeleton={<div className="skeleton h-80" />}
    >
      {(found) => (found ? <SessionParts session={found} /> : <NoSuchSession />)}
    </ResourcePage>
  )
}

function NoSuchSession() {
  return (
    <Panel title="Session">
      <Empty title="Session not found">
        No current poll lists it. Check the address, or open the list of sessions as of a time in the past.
      </Empty>
    </Panel>
  )
}

function SessionParts({ session }: { session: Session }) {
  const { scope } = session
  const all = useEndpoint('sessions', { scope }).data?.data
  const circuitId = circuitOfSession(session)
  const subject = sessionSubject(session)
  return (
    <IncidentRange scope={scope} subject={subject}>
      <OpenIncidents scope={scope} subject={subject} redundancy={all ? remainingWords(session, all) : 'loading'} />
      <MaintenanceNotice scope={scope} />
      {circuitId ? <WithCircuit circuitId={circuitId} session={session} /> : <Alone session={session} />}
      <ResourceEvents scope={scope} title="Events of this session" text={subject} />
    </IncidentRange>
  )
}

function WithCircuit({ circuitId, session }: { circuitId: string; session: Session }) {
  const circuit = useEndpoint('circuits/{id}', { id: circuitId }).data?.data
  if (circuit) return <InSeries circuit={circuit} session={session} />
  // about as high as what comes, so that the events below do not move
  return (
    <>
      <div className="skeleton h-60" />
      <div className="skeleton h-80" />
      <div className="skeleton h-80" />
    </>
  )
}

function InSeries({ circuit, session }: { circuit: Circuit; session: Session }) {
  const onPath = session.path ?? session.mapping?.path
  const series = useSeriesSessions(circuit)
  const type = session.peering ?? ownPeering(circuit)
  const peering = circuit.peerings.find((one) => one.type === type)
  const path = (peering?.paths ?? circuit.paths).find((one) => one.path === onPath)
  const partners = series.sessions.filter(
    (one) =>
      (one.scope === circuit.id
        ? one.peering === type && one.path
        : type === ownPeering(circuit) && one.mapping?.circuitId === circuit.id && one.mapping.path) === onPath,
  )
  return (
    <>
      {path && (
        <Panel
          title="Sessions in series"
          note={`${path.path} path of ${circuit.name}: each session has its own state`}
          aside={type === ownPeering(circuit) && <TicketButton circuit={circuit} path={path.path} />}
        >
          <PathSeries path={path} peering={peering} circuit={circuit} series={series} />
        </Panel>
      )}
      <BothEnds circuitId={circuit.id} only={{ peering: type, path: onPath }} />
      <SessionFacts session={session} />
      <SessionTimeline session={session} partners={partners} />
    </>
  )
}

function Alone({ session }: { session: Session }) {
  return (
    <>
      <SessionFacts session={session} />
      <SessionTimeline session={session} partners={[]} />
    </>
  )
}

function SessionTimeline(props: { session: Session; partners: Session[] }) {
  const time = useRangeWindow()
  const timeline = useSessionTimeline(props.session, props.partners, time)
  const { scope } = props.session
  return (
    <>
      <TimelinePanel title="Timeline" timeline={timeline} time={time} />
      <AvailabilityPanel scope={scope} ends={sessionSubject(props.session)} />
    </>
  )
}

function SessionFacts({ session }: { session: Session }) {
  const { scope } = session
  const ends = sessionSubject(session)
  return (
    <>
      <Panel title="Session">
        <Facts facts={factsOf(session)} />
      </Panel>
      {session.role !== 'gateway-peer' && (
        <OperatorCardPanel scope={scope} part={ends} of={`the session ${ends.replace('~', ' to ')}`} />
      )}
      <WatchBar scope={scope} />
    </>
  )
}

const count = (number: number | string | null) =>
  number === null ? null : <span className="font-mono">{formatCount(number)}</span>

const factsOf = (session: Session): [string, React.ReactNode][] => [
  session.downSince
    ? ['Down for', <Since key="down" bounds={session.downSince} />]
    : [
        'Up for',
        session.verdict === 'up' && session.establishedAt ? <Since bounds={session.establishedAt} /> : 'not up',
      ],
  ['Transitions', String(session.establishedTransitions)],
  ['Azure state', session.azureState && azureStateWords(session.azureState)],
  ['Prefixes received', count(session.prefixesReceived)],
  ['Messages sent', count(session.messagesSent)],
  ['Messages received', count(session.messagesReceived)],
  ['Remote AS', session.remoteAsn],
  ['Remote end', sessionRoleNames[session.role]],
  ['Source', session.evidence === 'state' ? 'session state' : 'availability metrics'],
  ['Last poll', session.lastSeenAt ? <Age at={session.lastSeenAt} /> : 'never'],
]
