import type { Circuit } from '#lib/circuits/api/index.ts'
import { formatCountWithPlural } from '../../format/quantity.ts'
import type { StatusText } from '../../ui/status.tsx'
import { buildMapCircuitRow } from '../circuit-rows.ts'
import type { MapData } from '../map-model.ts'
import { findCity, type GeoPosition } from './cities.ts'

/** City with the circuits that end in its peering locations. */
export interface GeoPlace extends GeoPosition {
  name: string
  /** number of circuits as text (`2 circuits`), or the name of the circuit if there is only one */
  circuits: string
  count: number
  /** worst status of the circuits */
  status: StatusText
  title: string
  href: string
}

/**
 * Groups circuits by the city of their peering location; the cities with the worst status come first. `elsewhere`
 * contains the names of circuits whose peering location belongs to no known city.
 */
export function groupCircuitsByCity({ circuits, ...known }: Omit<MapData, 'gateways' | 'networks'>): {
  places: GeoPlace[]
  elsewhere: string[]
} {
  const cities = new Map<string, { at: GeoPosition; own: Circuit[] }>()
  const elsewhere: string[] = []
  for (const circuit of circuits) {
    const city = circuit.peeringLocation === null ? null : findCity(circuit.peeringLocation)
    if (!city) {
      elsewhere.push(circuit.name)
      continue
    }
    const own = cities.get(city.name)?.own ?? []
    cities.set(city.name, { at: city, own: [...own, circuit] })
  }
  const places = [...cities].map(([name, { at, own }]) => placeOf(name, at, own, known))
  return { places: places.toSorted((a, b) => a.rank - b.rank || b.count - a.count), elsewhere }
}

function placeOf(
  name: string,
  { longitude, latitude }: GeoPosition,
  own: readonly Circuit[],
  known: Pick<MapData, 'sites' | 'learnedSites' | 'problems'>,
): GeoPlace & { rank: number } {
  const rows = own.map((circuit) => buildMapCircuitRow(circuit, known)).toSorted((a, b) => a.rank - b.rank)
  const worst = rows[0]?.status ?? { tone: 'unknown' as const, word: 'UNKNOWN' }
  const counts = [...Map.groupBy(rows, ({ status }) => status.word)].map(([word, same]) => `${same.length} ${word}`)
  const [only] = own
  const circuits = own.length === 1 && only ? only.name : formatCountWithPlural(own.length, 'circuit')
  const isMixed = counts.length > 1
  return {
    name,
    longitude,
    latitude,
    circuits,
    count: own.length,
    rank: rows[0]?.rank ?? Number.POSITIVE_INFINITY,
    status: isMixed ? { ...worst, word: counts[0] ?? worst.word } : worst,
    title: `${name}: ${circuits}, ${counts.join(', ')}`,
    href:
      own.length === 1 && only
        ? `/circuits/${encodeURIComponent(only.id)}`
        : `/circuits?${new URLSearchParams({ 'circuits.q': name })}`,
  }
}
