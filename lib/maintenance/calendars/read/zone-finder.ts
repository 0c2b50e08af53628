import { type TimeZoneOrOffsetFunction, findIanaZone } from '#lib/contract/index.ts'
import { type CalendarComponent, findCalendarLine } from './content-lines.ts'
import { parseCalendarZone } from './calendar-zone.ts'

/**
 * Amount of work for looking up a zone by a new name. It is the number of days that a recurrence rule can examine in
 * the same time.
 */
const SEARCH_EFFORT = 100

/** Returns the zone that a calendar refers to by a name; null = unknown. */
export type FindCalendarZone = (name: string) => TimeZoneOrOffsetFunction | null

/**
 * Returns a function that returns the zone for a name that a calendar uses. If the calendar describes the zone
 * (VTIMEZONE), the description is used until it ends, because Exchange writes many different zones with the name
 * `Customized Time Zone`. Otherwise it is a known zone (IANA or Windows) with this name, with an alias in the
 * description, or with the last parts of the name, as in `/citadel.org/20250101_1/Europe/Berlin`.
 * @param spend is called with the amount of work for the rules of the zone
 */
export function createZoneFinder(calendar: CalendarComponent, spend: (days: number) => void): FindCalendarZone {
  const described = new Map<string, CalendarComponent>()
  for (const one of calendar.inside) {
    const name = one.name === 'VTIMEZONE' ? findCalendarLine(one, 'TZID')?.value.trim() : undefined
    if (name !== undefined && !described.has(name)) described.set(name, one)
  }
  const known = new Map<string, TimeZoneOrOffsetFunction | null>()
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
