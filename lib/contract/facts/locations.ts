import places from './peering-locations.json' with { type: 'json' }

export type Cloud = 'public' | 'usGovernment'

/** A peering location. Sources: azure/expressroute/expressroute-locations-providers and azure/expressroute/metro. */
export interface Place {
  /** as Microsoft prints it */
  name: string
  /** price zone; null = Microsoft's pages name several */
  zone: string | null
  /** regions that a Local circuit reaches from here; empty = Local is not available here */
  localRegions: readonly string[]
  /** of a Metro location the two that it spans: a circuit there has one path in each */
  spans?: readonly [string, string]
}

/** Azure spells locations with and without spaces, and without what stands in brackets: `Queretaro (Mexico)`. */
const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')
const withoutBrackets = (name: string) => plain(name.replace(/\(.{0,200}\)/, ''))

function byName(cloud: Cloud): Map<string, Place> {
  const list = Object.entries(places[cloud] as Record<string, unknown> as Record<string, Omit<Place, 'name'>>).map(
    ([name, place]) => ({ name, ...place }),
  )
  return new Map([
    ...list.map((place) => [withoutBrackets(place.name), place] as const),
    ...list.map((place) => [plain(place.name), place] as const),
  ])
}
const PLACES: Record<Cloud, Map<string, Place>> = { public: byName('public'), usGovernment: byName('usGovernment') }

/** @param region of a circuit in ARM: those of the US Government cloud are its own. China's prices are in no list that is read */
export const cloudOf = (region: string | null): Cloud =>
  /^us(?:gov|dod)/i.test(region ?? '') ? 'usGovernment' : 'public'

/**
 * A peering location by its name; null = not in the list. Its price zone is the location's, never the Azure region's: maps of internet egress and of peering
 * between networks have the same words for other countries (Sydney is Zone 2 here, "Zone 4" there).
 */
export function placeOf(peeringLocation: string, cloud: Cloud = 'public'): Place | null {
  return PLACES[cloud].get(plain(peeringLocation)) ?? null
}
