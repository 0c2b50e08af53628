'use client'

import type { AuditEntry } from '#lib/contract/index.ts'
import { useAudit } from '../../data/index.ts'
import { Empty } from '../../ui/answer-view.tsx'
import type { Column } from '../../ui/table/features.ts'
import { Moment } from '../../ui/time.tsx'
import { LogPanel } from '../log-panel.tsx'

const jsonOf = (value: unknown) => (value === null ? '' : JSON.stringify(value))

const columns: Column<AuditEntry>[] = [
  { id: 'at', header: 'Time', value: ({ at }) => at, cell: ({ at }) => <Moment at={at} zoned={false} />, zoned: true },
  { id: 'actor', header: 'User', value: ({ actor }) => actor },
  { id: 'action', header: 'Action', value: ({ action }) => action },
  { id: 'subject', header: 'Subject', value: ({ subject }) => subject, className: 'break-all' },
  { id: 'before', header: 'Before', value: ({ before }) => jsonOf(before), className: 'min-w-40 break-all' },
  { id: 'after', header: 'After', value: ({ after }) => jsonOf(after), className: 'min-w-40 break-all' },
  { id: 'address', header: 'From', value: ({ address }) => address ?? 'the server' },
]

/** Who changed what. */
export function ChangesLog() {
  return (
    <LogPanel
      title="Changes"
      note="what differs before and after; secrets are never kept"
      query={useAudit()}
      name="changes"
      caption="Changes, newest first"
      columns={columns}
      rowKey={({ id }) => id}
      empty={<Empty title="No changes yet" />}
    />
  )
}
