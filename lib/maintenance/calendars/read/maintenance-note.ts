import { type Component, lineOf, plainText } from './content-lines.ts'
import { wordTable } from '#lib/bgp/word-table.ts'
import type { MaintenanceImpact } from '#lib/contract/index.ts'

/**
 * What an event states by the properties of the NANOG BCOP for maintenance notifications.
 * Source: github.com/jda/maintnote-std, standard.md sections 3.5 and 3.6.
 */
export interface MaintenanceNote {
  provider: string
  account: string
  /** the primary one where there are several */
  maintenanceId: string
  /** what the provider calls the services that are in work */
  objects: string[]
  /** the worst of what is stated for the event and its objects; a word that is not known counts as an outage, as the standard has it */
  impact: MaintenanceImpact
  status: string
}

const IMPACTS: Record<string, MaintenanceImpact> = wordTable({
  'NO-IMPACT': 'none',
  'REDUCED-REDUNDANCY': 'reduced',
  DEGRADED: 'degraded',
  OUTAGE: 'outage',
})
const WORST: readonly MaintenanceImpact[] = ['outage', 'degraded', 'reduced', 'none']
const MAX_OBJECTS = 500

/** @returns null = it is no such notification */
export function noteOf(event: Component): MaintenanceNote | null {
  const textOf = (name: string) => plainText(lineOf(event, `X-MAINTNOTE-${name}`)?.value, 200)
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
    maintenanceId: plainText(primary?.value, 200),
    objects: [...new Set(objects.map(({ value }) => plainText(value, 200)))].filter(Boolean),
    impact: WORST.find((one) => stated.includes(one)) ?? 'outage',
    status: textOf('STATUS').toUpperCase(),
  }
}

/** Whether a notification takes its window back: it will not be, or is over. */
const isWithdrawn = ({ status }: MaintenanceNote): boolean => status === 'CANCELLED' || status === 'COMPLETED'

/** Reports whether a version of an event takes it back: by the METHOD of its calendar, by STATUS, or by the status of the notification. */
export function isTakenBack(event: Component): boolean {
  if (event.message?.method === 'CANCEL') return true
  if (lineOf(event, 'STATUS')?.value.trim().toUpperCase() === 'CANCELLED') return true
  const note = noteOf(event)
  return note !== null && isWithdrawn(note)
}

/** Returns the SEQUENCE of an event; 0 if it states none. */
export const rankNoticeStatus = (event: Component) => Number(lineOf(event, 'SEQUENCE')?.value.trim() ?? 0) || 0
const stampOf = (event: Component) => lineOf(event, 'DTSTAMP')?.value.trim() ?? ''
const compareVersions = (a: Component, b: Component) =>
  rankNoticeStatus(a) - rankNoticeStatus(b) ||
  (stampOf(a) === stampOf(b) ? 0 : stampOf(a) < stampOf(b) ? -1 : 1) ||
  (a.message?.number ?? 0) - (b.message?.number ?? 0)

/**
 * Returns the newest version of events with one UID, by SEQUENCE, then DTSTAMP, then the order in the text. Notifications arrive out of order, and
 * a text that is added to has all of them. A calendar may state several times of one version, as events that differ in their begin. If no event
 * states a SEQUENCE or takes another one back, all events count.
 */
export function newestVersions(events: readonly Component[]): Component[] {
  if (!events.some((event) => lineOf(event, 'SEQUENCE') || isTakenBack(event))) return [...events]
  const newest = new Map<string, Component[]>()
  const beginOf = (event: Component) => lineOf(event, 'DTSTART')?.value.trim()
  for (const event of events) {
    const key = lineOf(event, 'RECURRENCE-ID')?.value.trim() ?? ''
    const [known, ...others] = newest.get(key) ?? []
    const compared = known ? compareVersions(event, known) : 1
    if (!known || compared > 0) newest.set(key, [event])
    else if (compared === 0)
      newest.set(key, [...[known, ...others].filter((one) => beginOf(one) !== beginOf(event)), event])
  }
  // a series that is taken back takes its moved times along, unless these are newer
  const series = newest.get('') ?? []
  const [whole] = series.every(isTakenBack) ? series : []
  const moved = [...newest].flatMap(([key, versions]) => (key === '' ? [] : versions))
  return [...series, ...moved.filter((event) => !whole || compareVersions(event, whole) > 0)]
}
