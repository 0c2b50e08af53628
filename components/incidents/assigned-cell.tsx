'use client'

import type { Incident } from '#lib/incidents/api/index.ts'
import { nothing } from '../ui/table/nothing.tsx'
import { IncidentActions } from './incident-actions.tsx'

/** Who works on it, and what else can be done with it. */
export function AssignedCell({ incident }: { incident: Incident }) {
  const { assigned } = incident
  return (
    <span className="flex items-center justify-between gap-1">
      {assigned ? (
        <span className="max-w-40 truncate" title={assigned.note ?? undefined}>
          {assigned.assignee}
        </span>
      ) : (
        nothing
      )}
      <IncidentActions incident={incident} />
    </span>
  )
}
