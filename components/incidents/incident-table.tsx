'use client'

import type { ReactNode } from 'react'
import type { Incident } from '#lib/incidents/api/index.ts'
import { severityTone } from '../ui/words.ts'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { incidentColumns } from './incident-columns.tsx'

/**
 * Incidents in the given order until a column is chosen.
 * @param name prefix of the address parameters, and what the table is called
 * @param columns in the place of the usual ones
 * @param bare a few of a longer list, without filter and export
 */
export function IncidentTable({
  name,
  incidents,
  empty = null,
  columns = incidentColumns,
  bare = false,
  exportRows,
  toolbar,
}: {
  name: string
  incidents: readonly Incident[]
  columns?: Column<Incident>[]
  empty?: ReactNode
  bare?: boolean
  exportRows?: () => Promise<Incident[]>
  toolbar?: ReactNode
}) {
  return (
    <DataTable
      name={name}
      caption={name.replaceAll('-', ' ')}
      columns={columns}
      rows={[...incidents]}
      rowKey={({ id }) => id}
      rowTone={({ phase, severity }) => (phase === 'ongoing' ? severityTone[severity] : 'off')}
      filterable={false}
      toolsInHead
      empty={empty}
      bare={bare}
      toolbar={toolbar}
      {...(exportRows && { exportRows })}
    />
  )
}
