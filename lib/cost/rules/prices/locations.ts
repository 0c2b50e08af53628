import places from '../data/peering-locations.json' with { type: 'json' }

export type Cloud = 'public' | 'usGovernment'

/** What a peering location means for the price. */
export interface Place {
  /** as Microsoft prints it */
  name: string
  zone: string
  /** regions that a Local circuit reaches from here; empty = Local is not available here */
  localRegions: readonly string[]
}

/** Azure spells locations with and without spaces, and without what stands in brackets: `Queretaro (Mexico)`. */
const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')
const withoutBrackets = (name: string) => plain(name.replace(/\(.*\)/, ''))

function byName(cloud: Cloud): Map<string, Place> {
  const list = Object.entries(places[cloud]).map(([name, place]) => ({ name, ...place }))
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
 * The price zone of a peering location. It is the location's, never the Azure region's: maps of internet egress and of peering
 * between networks have the same words for other countries (Sydney is Zone 2 here, "Zone 4" there).
 */
export function placeOf(peeringLocation: string, cloud: Cloud = 'public'): Place | null {
  return PLACES[cloud].get(plain(peeringLocation)) ?? null
}
