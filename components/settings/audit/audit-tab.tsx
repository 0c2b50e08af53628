'use client'

import type { ServiceKeyRequest } from '#lib/contract/index.ts'
import { useServiceKeyRequests } from '../../data/settings-queries.ts'
import { PageLink } from '../../links/page-link.tsx'
import { Empty } from '../../ui/answer-view.tsx'
import type { Column } from '../../ui/table/features.ts'
import { Moment } from '../../ui/time.tsx'
import { LogPanel } from '../log-panel.tsx'

const columns: Column<ServiceKeyRequest>[] = [
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
  {
    id: 'at',
    header: 'When',
    value: ({ at }) => at,
    cell: ({ at }) => <Moment at={at} zoned={false} />,
    zoned: true,
  },
  { id: 'by', header: 'Who', value: ({ by }) => by },
  { id: 'why', header: 'What for', value: ({ why }) => why, className: 'min-w-56 break-words' },
]

/** Who wanted which service key, when and what for. */
export function AuditTab() {
  return (
    <LogPanel
      title="Service keys asked for"
      note="the key itself is kept nowhere; nothing here is ever deleted"
      query={useServiceKeyRequests()}
      name="keys"
      caption="Service keys asked for, newest first"
      columns={columns}
      rowKey={({ id }) => id}
      empty={
        <Empty title="Nobody asked yet">A circuit’s ticket tells how to read its key, and records who asked.</Empty>
      }
    />
  )
}
