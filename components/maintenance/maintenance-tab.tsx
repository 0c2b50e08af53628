'use client'

import type { DeclaredMaintenance } from '#lib/contract/index.ts'
import { occurrencesWithin, recurringTimeOf } from '#lib/contract/recurrence/index.ts'
import { useEndpoint } from '../data/index.ts'
import { maintenanceForm } from '../declarations/forms/maintenance.ts'
import { ListPanel } from '../declarations/list-panel.tsx'
import { WindowTime } from '../declarations/window-time.tsx'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'
import { useNow } from '../ui/times/clock.tsx'
import { CalendarsPanel } from './calendars-panel.tsx'
import { RecurrencePreview } from './recurrence-preview.tsx'
import { WindowsPanel } from './windows-panel.tsx'

/** Maintenance windows: all that there are, and those that are declared here. */
export function MaintenanceTab() {
  const declarations = useEndpoint('declarations')
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <WindowsPanel />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 3xl:grid-cols-2">
        <AnswerView query={declarations} skeleton={<SkeletonRows rows={4} />}>
          {({ data }) => (
            <ListPanel
              form={{ ...maintenanceForm, Preview: RecurrencePreview }}
              items={data.maintenance.toSorted((a, b) => Date.parse(b.from) - Date.parse(a.from))}
              extra={(window) => <Times window={window} />}
            />
          )}
        </AnswerView>
        <CalendarsPanel />
      </div>
    </div>
  )
}

const AHEAD_MS = 2 * 366 * 24 * 60 * 60_000

/** Of a window that recurs: the one that is open, or the next. */
function Times({ window }: { window: DeclaredMaintenance }) {
  const now = useNow()
  if (window.recurrence === null) return <WindowTime window={window} />
  const time = recurringTimeOf({ ...window, recurrence: window.recurrence })
  const next = time && occurrencesWithin(time, { from: now, to: now + AHEAD_MS })[0]
  if (!next) return <p className="text-xs font-medium text-ink-2">no further window</p>
  return <WindowTime window={{ from: new Date(next.from).toISOString(), to: new Date(next.to).toISOString() }} />
}
