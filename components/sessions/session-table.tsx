import { type ReactNode, useMemo } from 'react'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { sessionRoleLabels } from '#lib/gateways/api/state-text.ts'
import { formatPlaceLabels } from '#lib/contract/words/path-text.ts'
import { PageLink } from '../links/page-link.tsx'
import { NeighborMappingControl } from '../declarations/mapping-control.tsx'
import { findAsnTitle } from '../ui/facts/as-path.tsx'
import { EmptyNote } from '../ui/answer-view.tsx'
import { StateLabel, formatStatusText } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import { computeDurationSince, createDurationColumns, createTimeBoundsColumns } from '../ui/table/exported-rows.ts'
import { type DataTableColumn, compareValues, VALUELESS_COLUMN } from '../ui/table/table-columns.ts'
import { missingValueDash } from '../ui/table/missing-value-dash.tsx'
import { AgeBounds, DurationSinceBounds } from '../ui/times/time.tsx'
import { OWN_POLLS_NOTE, getSessionStatus } from '../ui/status-text.ts'
import type { StripSegment } from '../timeline/state-strip.ts'
import { SessionStateStrip, useSessionStrips } from '../timeline/session-strips.tsx'
import { createUptimeColumn } from '../uptime/uptime-column.tsx'
import { UptimeDayCountChoice } from '../uptime/uptime-day-count-choice.tsx'
import { useSessionUptime } from '../uptime/use-uptime.ts'
import { useCustomerLookup } from '../data/use-customer-lookup.ts'
import type { RowGrouping } from '../ui/table/row-groups.ts'
import { SessionResourceLink } from './scope-link.tsx'
import { buildSessionHref } from '../format/session-address.ts'

/** Text in place of the instance for sessions of a hub's router, which reports one state for both of its instances. */
const BOTH_INSTANCES = 'both instances'

const worstFirst: BgpSession['verdict'][] = ['down', 'unknown', 'not_reported', 'up', 'disabled', 'never_established']

const keyOf = ({ scope, path, localAddress, neighbor }: BgpSession) =>
  `${scope}/${path ?? ''}/${localAddress}/${neighbor}`

const upSince = ({ verdict, establishedAt }: BgpSession) => (verdict === 'up' ? establishedAt : null)

/**
 * Returns the circuit path to which a gateway's session with an MSEE is mapped, and the confidence of the mapping.
 * Returns null for other sessions.
 */
const pathOf = ({ mapping, role }: BgpSession) =>
  role === 'msee' ? `${mapping?.path ?? ''} ${mapping?.confidence ?? 'unknown'}`.trim() : null

const columns: DataTableColumn<BgpSession>[] = [
  {
    id: 'where',
    header: 'Gateway or circuit',
    value: formatPlaceLabels,
    phone: 'name',
    cell: (session) => <SessionResourceLink session={session} />,
    className: 'whitespace-nowrap',
  },
  {
    id: 'state',
    header: 'State',
    value: (session) => formatStatusText(getSessionStatus(session)),
    compare: (a, b) =>
      worstFirst.indexOf(a.verdict) - worstFirst.indexOf(b.verdict) ||
      compareValues(formatPlaceLabels(a), formatPlaceLabels(b)) ||
      compareValues(keyOf(a), keyOf(b)),
    phone: 'state',
    cell: (session) => {
      const status = getSessionStatus(session)
      const { verdict } = session
      // The detail of a session that was never established is left out, because the role explains it and the text would
      // widen the column. For a session that is down, the BGP state is shown except on a phone, where addresses need
      // the space.
      return (
        <span title={formatStatusText(status)}>
          <StateLabel {...status} {...((verdict === 'never_established' || verdict === 'down') && { detail: null })} />
          {verdict === 'down' && status.detail && <span className="text-ink-2 max-sm:hidden"> ({status.detail})</span>}
        </span>
      )
    },
    // The column has a fixed minimum width. Otherwise rows that are rendered only while the user scrolls could widen
    // it.
    className: 'whitespace-nowrap sm:min-w-40',
  },
  {
    id: 'local',
    header: 'Local address',
    value: ({ localAddress }) => localAddress,
    phone: 'fact',
    cell: (session) => (
      <PageLink
        href={buildSessionHref(session)}
        data-row-link
        className="link inline-block whitespace-normal sm:inline-flex sm:min-h-6 sm:items-center"
        aria-label={`Session ${session.localAddress || `of ${BOTH_INSTANCES}`} to ${session.neighbor}`}
      >
        {session.localAddress || BOTH_INSTANCES}
        <span className="sm:hidden"> ↔ {session.neighbor}</span>
      </PageLink>
    ),
    className: 'font-mono',
  },
  { id: 'neighbor', header: 'Neighbor', value: ({ neighbor }) => neighbor, className: 'font-mono' },
  {
    id: 'asn',
    header: 'AS',
    align: 'right',
    value: ({ remoteAsn }) => remoteAsn,
    priority: 5,
    cell: ({ remoteAsn }) =>
      remoteAsn === null ? missingValueDash : <span title={findAsnTitle(remoteAsn)}>{remoteAsn}</span>,
  },
  {
    id: 'up',
    header: 'For',
    align: 'right',
    className: 'whitespace-nowrap',
    value: (session) => upSince(session)?.[1] ?? null,
    phone: 'fact',
    exported: [
      ...createTimeBoundsColumns<BgpSession>('Up since', upSince),
      ...createDurationColumns<BgpSession>('Up for', (session, at) => {
        const since = upSince(session)
        return since && computeDurationSince(since, at)
      }),
    ],
    cell: (session) => {
      const since = upSince(session) ?? session.downSince
      return since ? <DurationSinceBounds bounds={since} until={session} by={OWN_POLLS_NOTE} brief /> : missingValueDash
    },
  },
  {
    id: 'prefixes',
    header: 'Prefixes',
    align: 'right',
    value: ({ prefixesReceived }) => prefixesReceived,
    priority: 1,
  },
  {
    id: 'mapping',
    header: 'Path or role',
    value: (session) => pathOf(session) ?? roleOf(session),
    priority: 1,
    exported: [
      { header: 'Role', value: ({ role }) => sessionRoleLabels[role] },
      { header: 'Path', value: pathOf },
    ],
    cell: (session) =>
      session.role === 'msee' ? (
        <NeighborMappingControl gateway={session.scope} neighbor={session.neighbor} mapping={session.mapping} />
      ) : (
        <span className="text-ink-2">{roleOf(session) ?? missingValueDash}</span>
      ),
    className: 'whitespace-nowrap',
  },
  {
    id: 'seen',
    header: 'Last poll',
    align: 'right',
    value: ({ lastSeenBetween }) => lastSeenBetween?.[1] ?? null,
    priority: 5,
    exported: createTimeBoundsColumns('Last poll', ({ lastSeenBetween }) => lastSeenBetween),
    cell: ({ lastSeenBetween }) => (
      <span className="whitespace-nowrap text-ink-2">
        {lastSeenBetween ? <AgeBounds bounds={lastSeenBetween} /> : 'never'}
      </span>
    ),
  },
]

/**
 * Returns the role of the neighbor in a gateway's session, as text. A session of a circuit has no role text, because
 * its neighbor is always the customer's router.
 */
const roleOf = ({ role, path }: BgpSession) => (path === null ? sessionRoleLabels[role] : null)

interface ListedSessions {
  sessions: BgpSession[]
  /** past time that the list shows, ISO 8601; null = now */
  at: string | null
  /** for a list about the past: false = a later poll may still change it */
  settled?: boolean | undefined
  /** circuit or gateway to which all sessions belong; null = several */
  scope: string | null
  /** further filters, shown in the table's toolbar */
  children?: ReactNode
}

/**
 * Table of sessions, the worst first. If the list is about a past time, it has no uptime column, because the uptime
 * covers the last days up to now.
 */
export const SessionTable = (listed: ListedSessions) =>
  listed.at === null ? <SessionsNow {...listed} /> : <SessionRows {...listed} />

function SessionsNow(listed: ListedSessions) {
  const { length, of } = useSessionUptime(listed.scope)
  const uptime = useMemo(() => createUptimeColumn<BgpSession>(length, of, true), [length, of])
  return <SessionRows {...listed} uptime={uptime} />
}

function SessionRows({
  sessions,
  at,
  settled,
  scope,
  children,
  uptime,
}: ListedSessions & { uptime?: DataTableColumn<BgpSession> }) {
  const { of } = useSessionStrips(scope, at)
  const customerOf = useCustomerLookup('sessions')
  const withStrip = useMemo(
    () => columns.toSpliced(columns.length - 1, 0, ...(uptime ? [uptime] : []), ...stripColumns(of)),
    [of, uptime],
  )
  const groupings = useMemo(
    (): RowGrouping<BgpSession>[] => [
      { id: 'where', name: 'gateway or circuit', of: ({ scopeName }) => scopeName },
      { id: 'path', name: 'circuit', of: ({ mapping }) => mapping?.circuitName ?? null },
      { id: 'customer', name: 'customer', of: ({ scope }) => customerOf(scope) },
    ],
    [customerOf],
  )
  return (
    <DataTable
      name="sessions"
      caption="BGP sessions"
      columns={withStrip}
      rows={sessions}
      time={{ at, settled }}
      rowKey={keyOf}
      rowTone={({ verdict }) => (verdict === 'down' ? 'down' : 'off')}
      statusOf={getSessionStatus}
      groupings={scope === null ? groupings : undefined}
      defaultSort={byState}
      toolbar={
        <>
          {children}
          {uptime && <UptimeDayCountChoice />}
        </>
      }
      empty={
        <EmptyNote title="No sessions">
          Sessions appear after the first successful poll of a gateway’s peer status or a path’s summary. For errors
          from Azure, see{' '}
          <PageLink href="/sources" className="link">
            Sources
          </PageLink>
          .
        </EmptyNote>
      }
    />
  )
}

const stripColumns = (of: (session: BgpSession) => StripSegment[] | null): DataTableColumn<BgpSession>[] => [
  {
    id: 'day',
    header: '24 h',
    priority: 4,
    ...VALUELESS_COLUMN,
    cell: (session) => <SessionStateStrip parts={of(session)} />,
  },
  {
    id: 'transitions',
    header: 'Ups seen',
    align: 'right',
    priority: 5,
    value: ({ establishedTransitions }) => establishedTransitions,
    exported: [{ header: 'Transitions', value: ({ establishedTransitions }) => establishedTransitions }],
    cell: ({ establishedTransitions }) => (
      <span title="How often Peerwatch saw it come up">{establishedTransitions}</span>
    ),
  },
]

const byState = { id: 'state', desc: false }
