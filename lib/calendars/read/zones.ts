import { zoneNamed } from '#lib/contract/index.ts'
import { type Component, lineOf } from './content-lines.ts'

/**
 * The IANA zone that a calendar means by a name: by the name itself, as IANA or Windows has it, by its last parts
 * (`/citadel.org/20250101_1/Europe/Berlin`), by `X-LIC-LOCATION`, or where its VTIMEZONE never changes its offset.
 * @returns null = it is not known
 */
export function zoneOf(name: string, calendar: Component): string | null {
  let known = zones.get(calendar)
  if (!known) zones.set(calendar, (known = new Map()))
  const zone = known.get(name)
  if (zone !== undefined) return zone
  const found = zoneMeant(name, calendar)
  known.set(name, found)
  return found
}

/** Names that were looked up: each time of a calendar asks for one. */
const zones = new WeakMap<Component, Map<string, string | null>>()

function zoneMeant(name: string, calendar: Component): string | null {
  const parts = name.split('/')
  const ends = [1, 2, 3].map((count) => parts.slice(-count).join('/'))
  const own = calendar.inside.find((one) => one.name === 'VTIMEZONE' && lineOf(one, 'TZID')?.value === name)
  const location = own && lineOf(own, 'X-LIC-LOCATION')?.value
  for (const candidate of [name, location ?? '', ...(parts.length > 1 ? ends.toReversed() : [])]) {
    const zone = candidate === '' ? null : zoneNamed(candidate)
    if (zone !== null) return zone
  }
  return own ? fixedZone(own) : null
}

/** A VTIMEZONE with one offset in whole hours, as `Etc/GMT` has it, whose sign is the opposite. */
function fixedZone(zone: Component): string | null {
  const offsets = new Set(zone.inside.map((one) => lineOf(one, 'TZOFFSETTO')?.value.trim()))
  const [only] = offsets
  const [, sign, hours, minutes] = /^([+-])(\d{2})(\d{2})$/.exec(only ?? '') ?? []
  if (offsets.size !== 1 || sign === undefined || minutes !== '00') return null
  const number = Number(hours)
  return number === 0 ? 'Etc/GMT' : zoneNamed(`Etc/GMT${sign === '+' ? '-' : '+'}${number}`)
}
