import { type ClockZone, findIanaZone } from '#lib/contract/index.ts'
import { type CalendarComponent, findCalendarLine } from './content-lines.ts'
import { parseCalendarZone } from './calendar-zone.ts'

/** Work for looking up a zone by a new name, as the number of days that a rule could examine in the same time. */
const SEARCH_EFFORT = 100

/** Returns the zone that a calendar means by a name; null = unknown. */
export type FindCalendarZone = (name: string) => ClockZone | null

/**
 * Returns a function that returns a calendar's zones by name. The calendar's own description (VTIMEZONE) has priority
 * up to its end, because Exchange exports many different zones with the name `Customized Time Zone`. Otherwise, the
 * zone is a known zone (IANA or Windows). It is found by its name, by an alias in its description, or by the last parts
 * of its name, as in `/citadel.org/20250101_1/Europe/Berlin`.
 * @param spend is called with the work of the zone's rules
 */
export function createZoneFinder(calendar: CalendarComponent, spend: (days: number) => void): FindCalendarZone {
  const described = new Map<string, CalendarComponent>()
  for (const one of calendar.inside) {
    const name = one.name === 'VTIMEZONE' ? findCalendarLine(one, 'TZID')?.value.trim() : undefined
    if (name !== undefined && !described.has(name)) described.set(name, one)
  }
  const known = new Map<string, ClockZone | null>()
  return (text) => {
    const name = text.trim()
    const found = known.get(name)
    if (found !== undefined) return found
    spend(SEARCH_EFFORT)
    const own = described.get(name)
    const named = zoneByName(name, ...aliasesOf(own))
    const zone = (own && parseCalendarZone(own, named, spend)) ?? named
    known.set(name, zone)
    return zone
  }
}

/** Returns the alias names in a VTIMEZONE description: `X-LIC-LOCATION` and `TZID-ALIAS-OF` (RFC 7808). */
const aliasesOf = (own: CalendarComponent | undefined): string[] =>
  ['X-LIC-LOCATION', 'TZID-ALIAS-OF'].flatMap(
    (line) => (own && (findCalendarLine(own, line)?.value.trim() ?? [])) || [],
  )

function zoneByName(name: string, ...aliases: readonly string[]): string | null {
  const parts = name.split('/')
  const ends = [1, 2, 3].map((count) => parts.slice(-count).join('/'))
  for (const candidate of [name, ...aliases, ...(parts.length > 1 ? ends.toReversed() : [])]) {
    const zone = candidate === '' ? null : findIanaZone(candidate)
    if (zone !== null) return zone
  }
  return null
}
