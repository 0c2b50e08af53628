'use client'

import { useMemo } from 'react'
import type { Session } from '#lib/sessions/api/index.ts'
import { sessionSubject } from '#lib/contract/vocabulary.ts'
import { sessionRoleNames } from '#lib/gateways/api/state-words.ts'
import { placeWords } from '#lib/contract/words/path-words.ts'
import { PageLink } from '../links/page-link.tsx'
import { CardButton } from '../declarations/card-button.tsx'
import { MappingControl } from '../declarations/mapping-control.tsx'
import { asnTitle } from '../ui/facts/as-path.tsx'
import { Empty } from '../ui/answer-view.tsx'
import { Status, statusText } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import { lastedSince, secondBounds, timeBounds } from '../ui/table/exported.ts'
import { type Column, compareValues } from '../ui/table/features.ts'
import { nothing } from '../ui/table/nothing.tsx'
import { AgeBetween, Since } from '../ui/times/time.tsx'
import { sessionStatus } from '../ui/words.ts'
import type { StripPart } from '../timeline/state-strip.ts'
import { StateStrip, useSessionStrips } from '../timeline/session-strips.tsx'
import { uptimeColumn } from '../uptime/uptime-column.tsx'
import { UptimeLengthChoice } from '../uptime/uptime-length.tsx'
import { useSessionUptime } from '../uptime/use-uptime.ts'
import { ScopeLink } from './scope-link.tsx'
import { sessionHref } from '../format/session-address.ts'

/** A hub's router answers for both with one state. */
const BOTH_INSTANCES = 'both instances'

const worstFirst: Session['verdict'][] = ['down', 'unknown', 'not_reported', 'up', 'disabled', 'never_established']

const keyOf = ({ scope, path, localAddress, neighbor }: Session) => `${scope}/${path ?? ''}/${localAddress}/${neighbor}`

const upSince = ({ verdict, establishedAt }: Session) => (verdict === 'up' ? establishedAt : null)

/** The path that a gateway's session with Microsoft's edge belongs to, and how sure that is. */
const pathOf = ({ mapping, role }: Session) =>
  role === 'msee' ? `${mapping?.path ?? ''} ${mapping?.confidence ?? 'unknown'}`.trim() : null

const columns: Column<Session>[] = [
  {
    id: 'state',
    header: 'State',
    value: (session) => statusText(sessionStatus(session)),
    compare: (a, b) =>
      worstFirst.indexOf(a.verdict) - worstFirst.indexOf(b.verdict) ||
      compareValues(a.scopeName, b.scopeName) ||
      compareValues(keyOf(a), keyOf(b)),
    cell: (session) => <Status {...sessionStatus(session)} />,
    // `DOWN (BGP Active)` in one line
    className: 'sm:min-w-40',
  },
  {
    id: 'where',
    header: 'Gateway or circuit',
    value: placeWords,
    cell: (session) => <ScopeLink session={session} />,
  },
  {
    id: 'local',
    header: 'Local address',
    value: ({ localAddress }) => localAddress,
    cell: (session) => (
      <PageLink
        href={sessionHref(session)}
        data-row-link
        className="link"
        aria-label={`Session ${session.localAddress || `of ${BOTH_INSTANCES}`} to ${session.neighbor}`}
      >
        {session.localAddress || BOTH_INSTANCES}
      </PageLink>
    ),
    className: 'font-mono',
  },
  {
    id: 'neighbor',
    header: 'Neighbor',
    value: ({ neighbor }) => neighbor,
    cell: ({ scope, localAddress, neighbor, role }) => (
      <span className="flex items-center gap-1 whitespace-nowrap">
        <span>{neighbor}</span>
        {role !== 'gateway-peer' && (
          <CardButton
            scope={scope}
            part={sessionSubject({ localAddress, neighbor })}
            of={`the session ${localAddress} to ${neighbor}`}
          />
        )}
      </span>
    ),
    className: 'font-mono',
  },
  {
    id: 'asn',
    header: 'AS',
    align: 'right',
    value: ({ remoteAsn }) => remoteAsn,
    cell: ({ remoteAsn }) => (remoteAsn === null ? nothing : <span title={asnTitle(remoteAsn)}>{remoteAsn}</span>),
    className: 'font-mono',
  },
  {
    id: 'up',
    header: 'Up for',
    align: 'right',
    className: 'whitespace-nowrap',
    value: (session) => upSince(session)?.[1] ?? null,
    exported: [
      ...timeBounds<Session>('Up since', upSince),
      ...secondBounds<Session>('Up for', (session, at) => {
        const since = upSince(session)
        return since && lastedSince(since, at)
      }),
    ],
    cell: ({ verdict, establishedAt }) =>
      verdict === 'up' && establishedAt ? <Since bounds={establishedAt} brief /> : nothing,
  },
  {
    id: 'prefixes',
    header: 'Prefixes',
    align: 'right',
    value: ({ prefixesReceived }) => prefixesReceived,
    cell: ({ prefixesReceived }) => prefixesReceived ?? nothing,
    className: 'font-mono',
  },
  {
    id: 'seen',
    header: 'Last poll',
    align: 'right',
    value: ({ lastSeenBetween }) => lastSeenBetween?.[1] ?? null,
    exported: timeBounds('Last poll', ({ lastSeenBetween }) => lastSeenBetween),
    cell: ({ lastSeenBetween }) => (
      <span className="text-ink-2">{lastSeenBetween ? <AgeBetween bounds={lastSeenBetween} /> : 'never'}</span>
    ),
  },
  // the widest, and what a narrow screen can do without until it is scrolled
  {
    id: 'mapping',
    header: 'Path or role',
    value: (session) => pathOf(session) ?? sessionRoleNames[session.role],
    exported: [
      { header: 'Role', value: ({ role }) => sessionRoleNames[role] },
      { header: 'Path', value: pathOf },
    ],
    cell: ({ scope, neighbor, mapping, role }) =>
      role === 'msee' ? (
        <MappingControl gateway={scope} neighbor={neighbor} mapping={mapping} />
      ) : (
        <span className="whitespace-nowrap text-ink-2">{sessionRoleNames[role]}</span>
      ),
  },
]

interface ListedSessions {
  sessions: Session[]
  /** the moment that it is as of, ISO 8601; null = now */
  at: string | null
  /** the circuit or gateway of all of them; null = several */
  scope: string | null
}

/** Sessions, worst first. The days of uptime end today, so that a list as of a moment has none. */
export const SessionTable = (listed: ListedSessions) =>
  listed.at === null ? <SessionsNow {...listed} /> : <SessionRows {...listed} />

function SessionsNow(listed: ListedSessions) {
  const { length, of } = useSessionUptime(listed.scope)
  const uptime = useMemo(() => uptimeColumn<Session>(length, of), [length, of])
  return <SessionRows {...listed} uptime={uptime} />
}

function SessionRows({ sessions, at, scope, uptime }: ListedSessions & { uptime?: Column<Session> }) {
  const { of } = useSessionStrips(scope, at)
  const withStrip = useMemo(() => columns.toSpliced(1, 0, ...(uptime ? [uptime] : []), stripColumn(of)), [of, uptime])
  return (
    <DataTable
      name="sessions"
      caption="BGP sessions"
      columns={withStrip}
      rows={sessions}
      time={{ at }}
      rowKey={keyOf}
      rowTone={({ verdict }) => (verdict === 'down' ? 'down' : 'off')}
      defaultSort={byState}
      toolbar={uptime && <UptimeLengthChoice />}
      empty={
        <Empty title="No sessions">
          Sessions appear after the first successful poll of a gateway’s peer status or a path’s summary. For errors
          from Azure, see{' '}
          <PageLink href="/sources" className="link">
            Sources
          </PageLink>
          .
        </Empty>
      }
    />
  )
}

const stripColumn = (of: (session: Session) => StripPart[] | null): Column<Session> => ({
  id: 'transitions',
  header: 'Last 24 h',
  value: ({ establishedTransitions }) => establishedTransitions,
  exported: [{ header: 'Transitions', value: ({ establishedTransitions }) => establishedTransitions }],
  cell: (session) => (
    <span className="flex items-center gap-2">
      <StateStrip parts={of(session)} />
      <span className="font-mono" title="Transitions to established that Peerwatch observed">
        {session.establishedTransitions}
      </span>
    </span>
  ),
})

const byState = { id: 'state', desc: false }
