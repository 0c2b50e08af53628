import { type Zone, zoneNamed } from '#lib/contract/index.ts'
import { type Component, lineOf } from './content-lines.ts'
import { ownZone } from './own-zone.ts'

/** Work of finding a zone by a name that was not read before, in days that a rule examines. */
const SEARCH_EFFORT = 100

/** The zone that a calendar means by a name; null = it is not known. */
export type ZoneNames = (name: string) => Zone | null

/**
 * The zones of a calendar. Its own VTIMEZONE of that name wins up to the end that it states, whatever the name is: Exchange has many `Customized Time Zone`. Else it is the zone of
 * IANA or Windows by the name itself, by `X-LIC-LOCATION` or `TZID-ALIAS-OF`, or by its last parts (`/citadel.org/20250101_1/Europe/Berlin`).
 * @param spend receives the work of its rules
 */
export function zonesOf(calendar: Component, spend: (days: number) => void): ZoneNames {
  const described = new Map<string, Component>()
  for (const one of calendar.inside) {
    const name = one.name === 'VTIMEZONE' ? lineOf(one, 'TZID')?.value.trim() : undefined
    if (name !== undefined && !described.has(name)) described.set(name, one)
  }
  const known = new Map<string, Zone | null>()
  return (text) => {
    const name = text.trim()
    const found = known.get(name)
    if (found !== undefined) return found
    spend(SEARCH_EFFORT)
    const own = described.get(name)
    const named = zoneByName(name, ...aliasesOf(own))
    const zone = (own && ownZone(own, named, spend)) ?? named
    known.set(name, zone)
    return zone
  }
}

/** Returns other names that a description states for its zone: `X-LIC-LOCATION`, and `TZID-ALIAS-OF` (RFC 7808). */
const aliasesOf = (own: Component | undefined): string[] =>
  ['X-LIC-LOCATION', 'TZID-ALIAS-OF'].flatMap((line) => (own && (lineOf(own, line)?.value.trim() ?? [])) || [])

function zoneByName(name: string, ...aliases: readonly string[]): string | null {
  const parts = name.split('/')
  const ends = [1, 2, 3].map((count) => parts.slice(-count).join('/'))
  for (const candidate of [name, ...aliases, ...(parts.length > 1 ? ends.toReversed() : [])]) {
    const zone = candidate === '' ? null : zoneNamed(candidate)
    if (zone !== null) return zone
  }
  return null
}
