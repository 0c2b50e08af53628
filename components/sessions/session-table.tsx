'use client'

import Link from 'next/link'
import type { Session } from '#lib/contract/index.ts'
import { asnTitle } from '../ui/as-path.tsx'
import { Empty } from '../ui/answer-view.tsx'
import { Status, statusText } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { Age, Since } from '../ui/time.tsx'
import { roleWords, sessionStatus } from '../ui/words.ts'

const worstFirst: Session['verdict'][] = ['down', 'unknown', 'not_reported', 'up', 'disabled', 'never_established']

const keyOf = ({ scope, path, localAddress, neighbor }: Session) => `${scope}/${path ?? ''}/${localAddress}/${neighbor}`

/** Where a session is looked at: its gateway, or its circuit. */
const hrefOf = ({ scope, path }: Session) => (path === null ? `/gateways/${scope}` : `/circuits/${scope}`)

const columns: Column<Session>[] = [
  {
    id: 'state',
    header: 'State',
    value: (session) => statusText(sessionStatus(session)),
    compare: (a, b) =>
      worstFirst.indexOf(a.verdict) - worstFirst.indexOf(b.verdict) ||
      a.scopeName.localeCompare(b.scopeName) ||
      keyOf(a).localeCompare(keyOf(b)),
    cell: (session) => <Status {...sessionStatus(session)} className="min-w-32" />,
  },
  {
    id: 'where',
    header: 'Gateway or circuit',
    value: ({ scopeName, path }) => `${scopeName}${path ? ` ${path}` : ''}`,
    cell: (session) => (
      <span className="whitespace-nowrap">
        <Link href={hrefOf(session)} className="link font-medium">
          {session.scopeName}
        </Link>
        {session.path && <span className="text-ink-3"> {session.path} path</span>}
      </span>
    ),
  },
  { id: 'local', header: 'Local address', value: ({ localAddress }) => localAddress, className: 'font-mono' },
  { id: 'neighbor', header: 'Neighbor', value: ({ neighbor }) => neighbor, className: 'font-mono' },
  {
    id: 'asn',
    header: 'AS',
    align: 'right',
    value: ({ remoteAsn }) => remoteAsn,
    cell: ({ remoteAsn }) => (
      <span className="font-mono" title={remoteAsn === null ? undefined : asnTitle(remoteAsn)}>
        {remoteAsn ?? '–'}
      </span>
    ),
  },
  { id: 'role', header: 'Role', value: ({ role }) => roleWords(role), className: 'text-ink-2 whitespace-nowrap' },
  {
    id: 'up',
    header: 'Up for',
    align: 'right',
    value: ({ verdict, establishedAt }) => (verdict === 'up' && establishedAt ? establishedAt[1] : null),
    cell: ({ verdict, establishedAt }) =>
      verdict === 'up' && establishedAt ? (
        <Since bounds={establishedAt} brief />
      ) : (
        <span className="text-ink-3">–</span>
      ),
  },
  {
    id: 'prefixes',
    header: 'Prefixes',
    align: 'right',
    value: ({ prefixesReceived }) => prefixesReceived,
    cell: ({ prefixesReceived }) => <span className="font-mono">{prefixesReceived ?? '–'}</span>,
  },
  {
    id: 'transitions',
    header: 'Came up',
    align: 'right',
    value: ({ establishedTransitions }) => establishedTransitions,
    className: 'font-mono',
  },
  {
    id: 'seen',
    header: 'Last read',
    align: 'right',
    value: ({ lastSeenAt }) => lastSeenAt,
    cell: ({ lastSeenAt }) => <span className="text-ink-2">{lastSeenAt ? <Age at={lastSeenAt} /> : 'never'}</span>,
  },
]

export function SessionTable({ sessions }: { sessions: Session[] }) {
  return (
    <DataTable
      name="sessions"
      caption="BGP sessions"
      columns={columns}
      rows={sessions}
      rowKey={keyOf}
      rowTone={({ verdict }) => (verdict === 'down' ? 'down' : 'off')}
      defaultSort={byState}
      empty={
        <Empty title="No session is known here">
          Sessions appear with the first good answer of a gateway’s peer status or a path’s summary. What was refused
          stands in{' '}
          <Link href="/sources" className="link">
            Sources
          </Link>
          .
        </Empty>
      }
    />
  )
}

const byState = { id: 'state', desc: false }
