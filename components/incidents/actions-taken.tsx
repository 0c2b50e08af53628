'use client'

import type { IncidentDetail } from '#lib/incidents/api/index.ts'
import { Panel } from '../ui/panel.tsx'
import { Moment } from '../ui/times/time.tsx'
import { actionsTaken } from './actions-taken.ts'

/** What people did with an incident, oldest first; not there while nobody did anything. */
export function ActionsTaken({ incident }: { incident: IncidentDetail }) {
  const actions = actionsTaken(incident)
  if (actions.length === 0) return null
  return (
    <Panel title="Actions taken" note="oldest first">
      <ol className="grid gap-1">
        {actions.map(({ key, at, words, note }) => (
          <li key={key} className="flex flex-wrap gap-x-3">
            <span className="text-ink-2 tabular-nums">
              <Moment at={at} />
            </span>
            <span className="min-w-0 break-words">
              {words}
              {note && <q className="ml-1 text-ink-2">{note}</q>}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
