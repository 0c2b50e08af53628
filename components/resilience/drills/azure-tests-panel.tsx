'use client'

import type { AzureFailoverTest } from '#lib/resilience/api/index.ts'
import { useEndpoint } from '../../data/index.ts'
import { Panel } from '../../ui/panel.tsx'
import { DataTable } from '../../ui/table/data-table.tsx'
import type { Column } from '../../ui/table/features.ts'
import { Moment } from '../../ui/times/time.tsx'

const newestFirst = { id: 'at', desc: true }

/** Azure's own failover tests; nothing where there was none. */
export function AzureTestsPanel() {
  const answer = useEndpoint('resilience/azure-failover-tests').data
  if (!answer || answer.data.length === 0) return null
  return (
    <Panel
      title="Azure's own failover tests"
      note="as the Activity Log has them; their results are in Azure"
      answer={answer}
      flush
    >
      <DataTable
        name="azure-tests"
        caption="Azure's own failover tests"
        columns={columns}
        rows={answer.data}
        rowKey={({ scope, at }) => `${scope} ${at}`}
        defaultSort={newestFirst}
        empty={null}
      />
    </Panel>
  )
}

const columns: Column<AzureFailoverTest>[] = [
  { id: 'what', header: 'Of', value: ({ scopeName }) => scopeName, className: 'font-medium' },
  { id: 'kind', header: 'Test', value: ({ kind }) => (kind === 'site' ? 'site failover' : 'link failover') },
  {
    id: 'at',
    header: 'Started',
    value: ({ at }) => at,
    cell: ({ at }) => <Moment at={at} zoned={false} />,
    zoned: true,
  },
  {
    id: 'stopped',
    header: 'Stopped',
    value: ({ stoppedAt }) => stoppedAt,
    cell: ({ stoppedAt }) => (stoppedAt ? <Moment at={stoppedAt} zoned={false} /> : 'not in the log'),
    zoned: true,
  },
  { id: 'by', header: 'By', value: ({ startedBy }) => startedBy },
]
