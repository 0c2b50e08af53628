'use client'

import type { AuditEntry } from '#lib/contract/index.ts'
import { useAudit } from '../../data/index.ts'
import { Empty } from '../../ui/answer-view.tsx'
import type { Column } from '../../ui/table/features.ts'
import { Moment } from '../../ui/time.tsx'
import { LogPanel } from '../log-panel.tsx'

/** `requestServiceKey` as people write it. */
const actionWords = (action: string) => {
  const words = action.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Fields with their values; what lies deeper stays JSON. */
const valueWords = (value: unknown): string | null => {
  if (value === null || value === undefined) return null
  if (typeof value !== 'object' || Array.isArray(value)) return textOf(value)
  return Object.entries(value)
    .map(([name, held]) => `${name}: ${textOf(held)}`)
    .join('; ')
}
const textOf = (value: unknown): string => {
  if (value === null) return 'none'
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(', ') || 'none'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const columns: Column<AuditEntry>[] = [
  { id: 'at', header: 'Time', value: ({ at }) => at, cell: ({ at }) => <Moment at={at} zoned={false} />, zoned: true },
  { id: 'actor', header: 'User', value: ({ actor }) => actor },
  { id: 'action', header: 'Action', value: ({ action }) => actionWords(action), className: 'min-w-32' },
  { id: 'subject', header: 'Subject', value: ({ subject }) => subject || null, className: 'min-w-40 wrap-anywhere' },
  { id: 'before', header: 'Before', value: ({ before }) => valueWords(before), className: 'min-w-40 wrap-anywhere' },
  { id: 'after', header: 'After', value: ({ after }) => valueWords(after), className: 'min-w-40 wrap-anywhere' },
  { id: 'address', header: 'From', value: ({ address }) => address ?? 'the server', className: 'whitespace-nowrap' },
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
