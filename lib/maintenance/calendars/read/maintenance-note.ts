import { type CalendarComponent, findCalendarLine, unescapeCalendarText } from './content-lines.ts'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import type { MaintenanceServiceImpact } from '#lib/contract/index.ts'

/**
 * Properties of an event that is a provider's maintenance notification in the standard form (NANOG BCOP). Source:
 * github.com/jda/maintnote-std, standard.md sections 3.5 and 3.6.
 */
export interface MaintenanceNote {
  provider: string
  account: string
  /** ID of the maintenance; if there are several, the ID with precedence PRIMARY */
  maintenanceId: string
  /** provider's names of the affected services ("objects"), for example service ids */
  objects: string[]
  /**
   * worst impact that the event states for any of its services; an unknown word counts as an outage, as the standard
   * requires
   */
  impact: MaintenanceServiceImpact
  status: string
}

const IMPACTS: Record<string, MaintenanceServiceImpact> = createSafeLookupTable({
  'NO-IMPACT': 'none',
  'REDUCED-REDUNDANCY': 'reduced',
  DEGRADED: 'degraded',
  OUTAGE: 'outage',
})
const WORST: readonly MaintenanceServiceImpact[] = ['outage', 'degraded', 'reduced', 'none']
const MAX_OBJECTS = 500

/**
 * Reads the notification properties of an event.
 * @returns null if the event is not a maintenance notification
 */
export function parseMaintenanceNote(event: CalendarComponent): MaintenanceNote | null {
  const textOf = (name: string) => unescapeCalendarText(findCalendarLine(event, `X-MAINTNOTE-${name}`)?.value, 200)
  const ids = event.lines.filter(({ name }) => name === 'X-MAINTNOTE-MAINTENANCE-ID')
  const objects = event.lines.filter(({ name }) => name === 'X-MAINTNOTE-OBJECT-ID').slice(0, MAX_OBJECTS)
  if (ids.length === 0 && objects.length === 0) return null
  const primary = ids.find(({ parameters }) => parameters.get('X-MAINTNOTE-PRECEDENCE') === 'PRIMARY') ?? ids[0]
  const own = objects.map(({ parameters }) => parameters.get('X-MAINTNOTE-OBJECT-IMPACT') ?? textOf('IMPACT'))
  const stated = (own.length > 0 ? own : [textOf('IMPACT')]).map(
    (word) => IMPACTS[word.trim().toUpperCase()] ?? 'outage',
  )
  return {
    provider: textOf('PROVIDER'),
    account: textOf('ACCOUNT'),
    maintenanceId: unescapeCalendarText(primary?.value, 200),
    objects: [...new Set(objects.map(({ value }) => unescapeCalendarText(value, 200)))].filter(Boolean),
    impact: WORST.find((one) => stated.includes(one)) ?? 'outage',
    status: textOf('STATUS').toUpperCase(),
  }
}

/** Reports whether a notification withdraws its window, because the work is cancelled or completed. */
const isWithdrawn = ({ status }: MaintenanceNote): boolean => status === 'CANCELLED' || status === 'COMPLETED'

/**
 * Reports whether this version of an event withdraws the event. The METHOD of its calendar, its STATUS, or the status
 * of the maintenance notification may do this.
 */
export function isEventWithdrawn(event: CalendarComponent): boolean {
  if (event.message?.method === 'CANCEL') return true
  if (findCalendarLine(event, 'STATUS')?.value.trim().toUpperCase() === 'CANCELLED') return true
  const note = parseMaintenanceNote(event)
  return note !== null && isWithdrawn(note)
}

/** Returns the SEQUENCE of an event, by which versions are ordered; 0 if absent. */
export const getEventSequence = (event: CalendarComponent) =>
  Number(findCalendarLine(event, 'SEQUENCE')?.value.trim() ?? 0) || 0
const stampOf = (event: CalendarComponent) => findCalendarLine(event, 'DTSTAMP')?.value.trim() ?? ''
const compareVersions = (a: CalendarComponent, b: CalendarComponent) =>
  getEventSequence(a) - getEventSequence(b) ||
  (stampOf(a) === stampOf(b) ? 0 : stampOf(a) < stampOf(b) ? -1 : 1) ||
  (a.message?.number ?? 0) - (b.message?.number ?? 0)

/**
 * Returns the newest version of the events with the same UID. Versions are compared by SEQUENCE, then by DTSTAMP, then
 * by their order in the text. This is necessary because notifications may arrive in another order, and the stored text
 * of a calendar contains all versions. If events of the newest version have different begins, all of them are returned.
 * If no event has a SEQUENCE and none is withdrawn, all events are returned.
 */
export function pickNewestVersions(events: readonly CalendarComponent[]): CalendarComponent[] {
  if (!events.some((event) => findCalendarLine(event, 'SEQUENCE') || isEventWithdrawn(event))) return [...events]
  const newest = new Map<string, CalendarComponent[]>()
  const beginOf = (event: CalendarComponent) => findCalendarLine(event, 'DTSTART')?.value.trim()
  for (const event of events) {
    const key = findCalendarLine(event, 'RECURRENCE-ID')?.value.trim() ?? ''
    const [known, ...others] = newest.get(key) ?? []
    const compared = known ? compareVersions(event, known) : 1
    if (!known || compared > 0) newest.set(key, [event])
    else if (compared === 0)
      newest.set(key, [...[known, ...others].filter((one) => beginOf(one) !== beginOf(event)), event])
  }
  // If a series is withdrawn, its occurrences that were moved to another time are withdrawn as well, unless they have a
  // newer version.
  const series = newest.get('') ?? []
  const [whole] = series.every(isEventWithdrawn) ? series : []
  const moved = [...newest].flatMap(([key, versions]) => (key === '' ? [] : versions))
  return [...series, ...moved.filter((event) => !whole || compareVersions(event, whole) > 0)]
}
