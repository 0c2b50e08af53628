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
const MOST_OBJECTS = 500

/** @returns null = it is no such notification */
export function noteOf(event: Component): MaintenanceNote | null {
  const textOf = (name: string) => plainText(lineOf(event, `X-MAINTNOTE-${name}`)?.value, 200)
  const ids = event.lines.filter(({ name }) => name === 'X-MAINTNOTE-MAINTENANCE-ID')
  const objects = event.lines.filter(({ name }) => name === 'X-MAINTNOTE-OBJECT-ID').slice(0, MOST_OBJECTS)
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
export const isWithdrawn = ({ status }: MaintenanceNote): boolean => status === 'CANCELLED' || status === 'COMPLETED'

/**
 * Of events with one UID the newest version of each: by SEQUENCE, of equal ones the later DTSTAMP, else the later in the text. Notifications arrive
 * out of order, and a text that is added to has all of them. Where none states a SEQUENCE all count.
 */
export function newestVersions(events: readonly Component[]): Component[] {
  const rank = (event: Component) => Number(lineOf(event, 'SEQUENCE')?.value.trim() ?? 0) || 0
  const stampOf = (event: Component) => lineOf(event, 'DTSTAMP')?.value.trim() ?? ''
  const isNewer = (a: Component, b: Component) => (rank(a) !== rank(b) ? rank(a) > rank(b) : stampOf(a) >= stampOf(b))
  if (!events.some((event) => lineOf(event, 'SEQUENCE'))) return [...events]
  const newest = new Map<string, Component>()
  for (const event of events) {
    const key = lineOf(event, 'RECURRENCE-ID')?.value.trim() ?? ''
    const known = newest.get(key)
    if (!known || isNewer(event, known)) newest.set(key, event)
  }
  return [...newest.values()]
}
