import ChevronIcon from 'lucide-react/icons/chevron-right'
import type { AuditEntry } from '#lib/access/api/index.ts'
import { useInfiniteQuery } from '@tanstack/react-query'
import { createPagedEndpointQuery } from '../../data/index.ts'
import { PageLink } from '../../links/page-link.tsx'
import { EmptyNote } from '../../ui/answer-view.tsx'
import type { DataTableColumn } from '../../ui/table/table-columns.ts'
import { missingValueDash } from '../../ui/table/missing-value-dash.tsx'
import { LogPanel } from '../log-panel.tsx'
import { formatAuditAction, formatAuditDifference } from './audit-text.ts'

/**
 * Formats a value of an audit entry for an exported file. Fields are listed with their values, nested values are JSON.
 * Returns null if there is no value.
 */
const formatValue = (value: unknown): string | null => {
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

const columns: DataTableColumn<AuditEntry>[] = [
  { id: 'at', header: 'Time', phone: 'fact', value: ({ at }) => at, zoned: true },
  { id: 'actor', header: 'User', phone: 'fact', value: ({ actor }) => actor },
  {
    id: 'action',
    header: 'Action',
    phone: 'state',
    value: ({ action }) => formatAuditAction(action),
    className: 'min-w-36',
  },
  {
    id: 'subject',
    header: 'Subject',
    phone: 'name',
    value: ({ subject, subjectName }) => subjectName ?? (subject || null),
    exported: [
      { header: 'Subject', value: ({ subjectName }) => subjectName },
      { header: 'Subject id', value: ({ subject }) => subject || null },
    ],
    cell: (entry) => <SubjectCell entry={entry} />,
    className: 'min-w-32 wrap-anywhere',
  },
  {
    id: 'difference',
    header: 'Difference',
    phone: 'below',
    value: ({ before, after }) => formatAuditDifference(before, after).join('; ') || null,
    exported: [
      { header: 'Before', value: ({ before }) => formatValue(before) },
      { header: 'After', value: ({ after }) => formatValue(after) },
    ],
    cell: (entry) => <DifferenceCell entry={entry} />,
    className: 'min-w-64 sm:w-1/2',
  },
  { id: 'address', header: 'From', value: ({ address }) => address ?? 'the server', className: 'whitespace-nowrap' },
]

/** Name of the changed item, and below it the item's id, which is used in logs and by the API. */
function SubjectCell({ entry: { subject, subjectName } }: { entry: AuditEntry }) {
  if (subject === '') return missingValueDash
  if (subjectName === null || subjectName === subject) return subject
  return (
    <>
      {subjectName}
      <span data-second title={subject} className="block max-w-44 truncate text-ink-3">
        {subject}
      </span>
    </>
  )
}

/** Description of a change. It expands to the full values before and after the change. */
function DifferenceCell({ entry: { before, after } }: { entry: AuditEntry }) {
  const words = formatAuditDifference(before, after)
  if (words.length === 0) return missingValueDash
  return (
    <details className="group">
      <summary className="flex min-h-6 cursor-pointer items-start gap-1 py-0.5">
        <ChevronIcon aria-hidden className="mt-0.5 size-3.5 shrink-0 text-ink-3 group-open:rotate-90" />
        <span className="line-clamp-3 min-w-0 wrap-anywhere group-open:line-clamp-none">{words.join('; ')}</span>
      </summary>
      <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 pl-4.5">
        <Side name="Before" value={before} />
        <Side name="After" value={after} />
      </dl>
    </details>
  )
}

function Side({ name, value }: { name: string; value: unknown }) {
  if (value === null || value === undefined) return null
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 font-mono wrap-anywhere whitespace-pre-wrap">{JSON.stringify(value, null, 1)}</dd>
    </>
  )
}

/** Log of changes that users made, with their names. */
export function AuditChangesLog() {
  return (
    <LogPanel
      title="Changes"
      note="open a difference to see before and after; secrets are never stored"
      query={useInfiniteQuery(createPagedEndpointQuery('audit'))}
      name="changes"
      caption="Changes, newest first"
      columns={columns}
      rowKey={({ id }) => id}
      empty={
        <EmptyNote title="No changes yet">
          Declarations of the demo and of imports are the{' '}
          <PageLink href="/settings/declarations" className="link">
            versions of the inventory
          </PageLink>
          .
        </EmptyNote>
      }
    />
  )
}
