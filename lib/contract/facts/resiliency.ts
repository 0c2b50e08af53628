import { hasMetroLocationName, getMetroOfLocation, type ResiliencyLevel, resiliencyLevels } from './metro.ts'
import { findPeeringLocation } from './locations.ts'

/** Location and resiliency level of a circuit as ARM reports them; null = not reported. */
export interface LocationAndResiliency {
  peeringLocation: string | null
  /** `resiliencyLevel` of the circuit in ARM */
  resiliencyLevel: string | null
}

interface Resiliency {
  resiliencyLevel: ResiliencyLevel | null
  /** source of the level: reported by Azure, or derived from the peering location; null = the level is unknown */
  resiliencyBasis: 'azure' | 'location' | null
  /** peering locations of the circuit's paths: one location, or the two of a Metro location; null = unknown */
  peeringLocations: string[] | null
}

/**
 * Returns the resiliency level of a single circuit, and the peering locations of its paths. Source:
 * https://learn.microsoft.com/azure/expressroute/metro
 */
export function judgeCircuitResiliency({
  peeringLocation,
  resiliencyLevel: stated,
}: LocationAndResiliency): Resiliency {
  const byAzure = resiliencyLevels.find((level) => level === stated?.toLowerCase()) ?? null
  const peeringLocations = peeringLocation === null ? null : locationsOf(peeringLocation, byAzure)
  const isListed = peeringLocation !== null && findPeeringLocation(peeringLocation) !== null
  const byLocation = peeringLocations?.length === 2 ? 'high' : peeringLocations && isListed ? 'standard' : null
  const resiliencyLevel = byAzure ?? byLocation
  return { resiliencyLevel, resiliencyBasis: byAzure ? 'azure' : byLocation && 'location', peeringLocations }
}

function locationsOf(name: string, stated: ResiliencyLevel | null): string[] | null {
  const place = findPeeringLocation(name)
  // If Azure reports the level "high", the circuit has the two locations of its city's Metro location, even if ARM
  // names only one location.
  const metro =
    place?.spans ?? (stated === 'high' ? findPeeringLocation(`${getMetroOfLocation(name)} Metro`)?.spans : undefined)
  if (metro) return [...metro]
  return stated === 'high' || (!place && hasMetroLocationName(name)) ? null : [place?.name ?? name.trim()]
}

/**
 * Returns the peering locations that a location name means: two for a known Metro location, otherwise only the name
 * itself.
 */
export const splitMetroLocation = (name: string): readonly string[] => findPeeringLocation(name)?.spans ?? [name]

/**
 * Reports whether the location of a circuit is the name of a building, for example `Equinix-Ashburn-DC2`. ExpressRoute
 * Direct ports are ordered by building. No list tells to which peering location a building belongs. Source:
 * https://learn.microsoft.com/azure/expressroute/expressroute-howto-erdirect
 */
export const isLocationNamedAsBuilding = (location: string): boolean =>
  location.includes('-') && findPeeringLocation(location) === null

/**
 * Reports whether two circuits have no location in common, so that the loss of one location never affects both; null =
 * unknown.
 */
export function haveCircuitsDisjointLocations(
  one: LocationAndResiliency,
  other: LocationAndResiliency,
): boolean | null {
  if (one.peeringLocation === null || other.peeringLocation === null) return null
  if (isLocationNamedAsBuilding(one.peeringLocation) !== isLocationNamedAsBuilding(other.peeringLocation)) return null
  const [own, others] = [one, other].map((ends) => judgeCircuitResiliency(ends).peeringLocations)
  if (own && others) return own.every((location) => others.every((name) => !isSame(location, name)))
  return isSame(getMetroOfLocation(one.peeringLocation), getMetroOfLocation(other.peeringLocation)) ? null : true
}

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()

/**
 * Reports whether a circuit keeps one of its paths if one peering location is lost. A level of "maximum" from Azure
 * does not show this, because Azure may grant that level for several circuits together.
 */
export const hasTwoLocations = ({ resiliencyLevel, peeringLocations }: Resiliency): boolean =>
  resiliencyLevel === 'high' || peeringLocations?.length === 2

/**
 * Returns the resiliency level of several circuits together. `maximum`: two of the circuits have no location in common.
 * `high`: one of the circuits has two locations.
 * @param unread true if there are further circuits that Peerwatch cannot read
 * @returns null = unknown, because facts that Peerwatch cannot read could raise the level
 */
export function judgeResiliencyOfCircuits(
  circuits: readonly LocationAndResiliency[],
  unread: boolean,
): ResiliencyLevel | null {
  const pairs = circuits.flatMap((one, at) =>
    circuits.slice(at + 1).map((other) => haveCircuitsDisjointLocations(one, other)),
  )
  if (pairs.includes(true)) return 'maximum'
  const own = circuits.map(judgeCircuitResiliency)
  const isUnknown = own.some(({ resiliencyLevel }) => resiliencyLevel === null)
  if (circuits.length === 0 || unread || pairs.includes(null) || isUnknown) return null
  return own.some(hasTwoLocations) ? 'high' : 'standard'
}
