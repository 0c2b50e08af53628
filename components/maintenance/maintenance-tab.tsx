'use client'

import type { DeclaredMaintenance } from '#lib/contract/index.ts'
import {
  listOccurrencesWithin,
  parseRecurringTime,
  parseRecurrenceRule,
  formatRecurrenceRule,
} from '#lib/contract/recurrence/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { maintenanceDeclarationForm, readRecurrenceRule } from '../declarations/forms/maintenance.ts'
import { DeclarationListPanel } from '../declarations/list-panel.tsx'
import { DeclaredWindowTime } from '../declarations/window-time.tsx'
import { QueryStateView, SkeletonRows } from '../ui/answer-view.tsx'
import { useNow } from '../ui/times/page-clock.tsx'
import { CalendarsPanel } from './calendars-panel.tsx'
import { MaintenanceNoticesPanel } from './notices-panel.tsx'
import { MaintenanceWindowsPanel } from './windows-panel.tsx'
import { isTimeZone } from '#lib/contract/time/time-zone.ts'
import { formatUtcWeekday } from '#lib/contract/time/dates.ts'
import { convertInstantToLocal } from '#lib/contract/time/local-time.ts'
import { formatPlannedRange } from '../format/instant.ts'
import { parseWallClock } from '../time/typed-moment.ts'
import { type FormDraft, splitDraftText, readDraftText } from '../schema-form/form-fields.ts'
import { useZone } from '../ui/preferences.tsx'

/**
 * Settings tab about maintenance: all maintenance windows, the windows that users declare, and the calendars and mailed
 * notices that announce maintenance.
 */
export function MaintenanceTab() {
  const declarations = useEndpointQuery('declarations')
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <MaintenanceWindowsPanel />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 3xl:grid-cols-2">
        <QueryStateView query={declarations} skeleton={<SkeletonRows rows={4} />}>
          {({ data }) => (
            <DeclarationListPanel
              form={{ ...maintenanceDeclarationForm, Preview: RecurrencePreview }}
              items={data.maintenance.toSorted((a, b) => Date.parse(b.from) - Date.parse(a.from))}
              extra={(window) => <Times window={window} />}
            />
          )}
        </QueryStateView>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
          <CalendarsPanel />
          <MaintenanceNoticesPanel />
        </div>
      </div>
    </div>
  )
}

const AHEAD_MS = 2 * 366 * 24 * 60 * 60_000

/**
 * Shows the time of a declared maintenance window. For a recurring window, this is the occurrence in progress,
 * otherwise the next.
 */
function Times({ window }: { window: DeclaredMaintenance }) {
  const now = useNow()
  if (window.recurrence === null) return <DeclaredWindowTime window={window} />
  const time = parseRecurringTime({ ...window, recurrence: window.recurrence })
  const next = time && listOccurrencesWithin(time, { from: now, to: now + AHEAD_MS })[0]
  if (!next) return <p className="text-xs font-medium text-ink-2">no further window</p>
  return (
    <DeclaredWindowTime window={{ from: new Date(next.from).toISOString(), to: new Date(next.to).toISOString() }} />
  )
}

const SHOWN = 5

/** Shows the next occurrences of a recurring window while the user edits it, in its own time zone and in UTC. */
function RecurrencePreview({ draft }: { draft: FormDraft }) {
  const zone = useZone()
  const now = useNow()
  const times = nextTimes(draft, zone, now)
  if (times === null) return null
  return (
    <section aria-label="Next windows" className="sm:col-span-2">
      <h4 className="text-xs font-medium text-ink-3">Next windows</h4>
      {'wrong' in times ? (
        <p className="text-xs text-ink-2">{times.wrong}</p>
      ) : (
        <>
          <p className="text-xs text-ink-2">
            {times.words}, by the clocks of {times.zone}
          </p>
          <ol className="text-xs tabular-nums">
            {times.next.map(({ from, to }) => (
              <li key={from} className="flex flex-wrap gap-x-4">
                <span>{span(from, to, times.zone)}</span>
                <span className="text-ink-2">{span(from, to, 'UTC')}</span>
              </li>
            ))}
          </ol>
          {times.next.length === 0 && <p className="text-xs text-ink-2">None in the next two years.</p>}
        </>
      )}
    </section>
  )
}

/**
 * Returns the next occurrences of the window in the form, or the reason why they are unknown. Returns null if the
 * window does not recur.
 */
function nextTimes(draft: FormDraft, zone: string, now: number) {
  const rule = readRecurrenceRule(draft)
  if (rule === null) return null
  const read = parseRecurrenceRule(rule)
  if ('wrong' in read) return { wrong: read.wrong }
  const timeZone = readDraftText(draft, 'timeZone').trim()
  if (!isTimeZone(timeZone)) return { wrong: 'The next windows are shown once the time zone is known.' }
  const from = parseWallClock(readDraftText(draft, 'from'), zone)
  const to = parseWallClock(readDraftText(draft, 'to'), zone)
  if (from === null || to === null || to <= from) return { wrong: 'The next windows are shown once both ends are set.' }
  const time = parseRecurringTime({
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    recurrence: { rule, timeZone, exceptDates: splitDraftText(draft, 'exceptDates') },
  })
  const begin = Math.max(now, from)
  const next = time ? listOccurrencesWithin(time, { from: begin, to: begin + AHEAD_MS }).slice(0, SHOWN) : []
  return { words: formatRecurrenceRule(read.rule), zone: timeZone, next }
}

/**
 * Formats a time span without seconds: `Sat 2026-12-05 20:00 – 22:00 UTC`. The end has a date only if it is on another
 * day than the start.
 */
function span(from: number, to: number, zone: string): string {
  return `${formatUtcWeekday(convertInstantToLocal(from, zone))} ${formatPlannedRange(from, to, zone, null)}`
}
