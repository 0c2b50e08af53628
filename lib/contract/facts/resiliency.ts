import { isNamedMetro, metroOf, type ResiliencyLevel, resiliencyLevels } from './metro.ts'
import { placeOf } from './locations.ts'

/** Azure's data about the location of a circuit; null = not reported. */
export interface Ends {
  peeringLocation: string | null
  /** ARM's `resiliencyLevel` */
  resiliencyLevel: string | null
}

interface Resiliency {
  resiliencyLevel: ResiliencyLevel | null
  /** source of the level: reported by Azure, or derived from the peering location */
  resiliencyBasis: 'azure' | 'location' | null
  /** peering locations of its paths: one, or the two of a Metro location; null = unknown */
  peeringLocations: string[] | null
}

/**
 * Returns the resiliency level of a single circuit, and its peering locations. Source:
 * https://learn.microsoft.com/azure/expressroute/metro
 */
export function resiliencyOf({ peeringLocation, resiliencyLevel: stated }: Ends): Resiliency {
  const byAzure = resiliencyLevels.find((level) => level === stated?.toLowerCase()) ?? null
  const peeringLocations = peeringLocation === null ? null : locationsOf(peeringLocation, byAzure)
  const isListed = peeringLocation !== null && placeOf(peeringLocation) !== null
  const byLocation = peeringLocations?.length === 2 ? 'high' : peeringLocations && isListed ? 'standard' : null
  const resiliencyLevel = byAzure ?? byLocation
  return { resiliencyLevel, resiliencyBasis: byAzure ? 'azure' : byLocation && 'location', peeringLocations }
}

function locationsOf(name: string, stated: ResiliencyLevel | null): string[] | null {
  const place = placeOf(name)
  // A circuit for which Azure reports the level "high" has the two locations of its city's Metro location, whatever the
  // name of its location.
  const metro = place?.spans ?? (stated === 'high' ? placeOf(`${metroOf(name)} Metro`)?.spans : undefined)
  if (metro) return [...metro]
  return stated === 'high' || (!place && isNamedMetro(name)) ? null : [place?.name ?? name.trim()]
}

/** Returns the peering locations of a location name: the two of a listed Metro location, otherwise the name itself. */
export const locationsNamed = (name: string): readonly string[] => placeOf(name)?.spans ?? [name]

/**
 * Reports whether a location name is a building. ExpressRoute Direct ports are ordered by building
 * (`Equinix-Ashburn-DC2`), and no list maps buildings to peering locations. Source:
 * https://learn.microsoft.com/azure/expressroute/expressroute-howto-erdirect
 */
export const isBuilding = (location: string): boolean => location.includes('-') && placeOf(location) === null

/**
 * Reports whether two circuits have no location in common, so that losing one location leaves the other circuit; null =
 * unknown.
 */
export function haveDisjointLocations(one: Ends, other: Ends): boolean | null {
  if (one.peeringLocation === null || other.peeringLocation === null) return null
  if (isBuilding(one.peeringLocation) !== isBuilding(other.peeringLocation)) return null
  const [own, others] = [one, other].map((ends) => resiliencyOf(ends).peeringLocations)
  if (own && others) return own.every((location) => others.every((name) => !isSame(location, name)))
  return isSame(metroOf(one.peeringLocation), metroOf(other.peeringLocation)) ? null : true
}

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()

/**
 * Reports whether a circuit keeps a path if one location is lost. Azure's level "maximum" does not count, because it
 * includes other circuits.
 */
export const hasTwoLocations = ({ resiliencyLevel, peeringLocations }: Resiliency): boolean =>
  resiliencyLevel === 'high' || peeringLocations?.length === 2

/**
 * Returns the resiliency level of several circuits to on-premises together: maximum = two of them have no location in
 * common, high = one of them has two locations.
 * @param unread true if there are further circuits that Peerwatch cannot read
 * @returns null = unknown facts could raise the level
 */
export function resiliencyOfAll(circuits: readonly Ends[], unread: boolean): ResiliencyLevel | null {
  const pairs = circuits.flatMap((one, at) => circuits.slice(at + 1).map((other) => haveDisjointLocations(one, other)))
  if (pairs.includes(true)) return 'maximum'
  const own = circuits.map(resiliencyOf)
  const isUnknown = own.some(({ resiliencyLevel }) => resiliencyLevel === null)
  if (circuits.length === 0 || unread || pairs.includes(null) || isUnknown) return null
  return own.some(hasTwoLocations) ? 'high' : 'standard'
}
