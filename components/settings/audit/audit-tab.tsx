'use client'

import type { ServiceKeyRequest } from '#lib/circuits/api/index.ts'
import { useInfiniteQuery } from '@tanstack/react-query'
import { createPagedEndpointQuery } from '../../data/index.ts'
import { PageLink } from '../../links/page-link.tsx'
import { EmptyNote } from '../../ui/answer-view.tsx'
import type { DataTableColumn } from '../../ui/table/table-columns.ts'
import { LogPanel } from '../log-panel.tsx'
import { AuditChangesLog } from './changes-log.tsx'

const columns: DataTableColumn<ServiceKeyRequest>[] = [
  {
    id: 'circuit',
    header: 'Circuit',
    value: ({ circuitName }) => circuitName,
    cell: ({ circuitId, circuitName }) => (
      <PageLink href={`/circuits/${encodeURIComponent(circuitId)}`} className="link">
        {circuitName}
      </PageLink>
    ),
  },
  { id: 'at', header: 'Time', value: ({ at }) => at, zoned: true },
  { id: 'by', header: 'User', value: ({ by }) => by },
  { id: 'why', header: 'Reason', value: ({ why }) => why, className: 'min-w-56 break-words' },
]

/**
 * Settings tab with two logs, each with the responsible user: changes, and requests for the service key of a circuit.
 */
export function AuditTab() {
  return (
    <div className="flex flex-col gap-4">
      <AuditChangesLog />
      <LogPanel
        title="Service key requests"
        note="keys are never stored; entries are never deleted"
        query={useInfiniteQuery(createPagedEndpointQuery('service-key-requests'))}
        name="keys"
        caption="Service key requests, newest first"
        columns={columns}
        rowKey={({ id }) => id}
        empty={<EmptyNote title="No requests yet">Request a service key from a circuit’s ticket.</EmptyNote>}
      />
    </div>
  )
}
