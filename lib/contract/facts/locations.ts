import places from './peering-locations.json' with { type: 'json' }

export type AzureCloud = 'public' | 'usGovernment'

/**
 * Peering location of ExpressRoute. Sources: azure/expressroute/expressroute-locations-providers and
 * azure/expressroute/metro.
 */
export interface PeeringLocation {
  /** name as Microsoft prints it */
  name: string
  /** price zone; null = Microsoft's pages name several zones */
  zone: string | null
  /** regions that a Local circuit from this location reaches; empty = Local is not available here */
  localRegions: readonly string[]
  /** only for a Metro location: the two locations that it consists of; a circuit has one path in each */
  spans?: readonly [string, string]
}

/**
 * Returns the form in which names of peering locations are compared: only lower-case letters and digits, because Azure
 * spells the names with and without spaces.
 */
const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')
const withoutBrackets = (name: string) => plain(name.replace(/\(.{0,200}\)/, ''))

function byName(cloud: AzureCloud): Map<string, PeeringLocation> {
  const list = Object.entries(
    places[cloud] as Record<string, unknown> as Record<string, Omit<PeeringLocation, 'name'>>,
  ).map(([name, place]) => ({ name, ...place }))
  return new Map([
    ...list.map((place) => [withoutBrackets(place.name), place] as const),
    ...list.map((place) => [plain(place.name), place] as const),
  ])
}
const PLACES: Record<AzureCloud, Map<string, PeeringLocation>> = {
  public: byName('public'),
  usGovernment: byName('usGovernment'),
}

/**
 * Returns the Azure cloud of a circuit. China's cloud counts as `public`, because Peerwatch reads no price list for it.
 * @param region Azure region of the circuit; regions of the US Government cloud begin with `usgov` or `usdod`
 */
export const getCloudOfRegion = (region: string | null): AzureCloud =>
  /^us(?:gov|dod)/i.test(region ?? '') ? 'usGovernment' : 'public'

/**
 * Returns a peering location by its name, which may omit text in brackets: `Queretaro` finds `Queretaro (Mexico)`. Null
 * = not in the list. `zone` is the price zone for ExpressRoute. It differs from the zones for Internet egress and
 * network peering: Sydney is Zone 2 here and "Zone 4" there.
 */
export function findPeeringLocation(peeringLocation: string, cloud: AzureCloud = 'public'): PeeringLocation | null {
  return PLACES[cloud].get(plain(peeringLocation)) ?? null
}
