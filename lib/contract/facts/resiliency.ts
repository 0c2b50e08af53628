import { isNamedMetro, metroOf, type ResiliencyLevel, resiliencyLevels } from './metro.ts'
import { placeOf } from './locations.ts'

/** What Azure states of where a circuit ends; null = nothing. */
export interface Ends {
  peeringLocation: string | null
  /** ARM's `resiliencyLevel` */
  resiliencyLevel: string | null
}

interface Resiliency {
  resiliencyLevel: ResiliencyLevel | null
  /** Azure states the level, or its location has it */
  resiliencyBasis: 'azure' | 'location' | null
  /** the peering locations that its paths end in: one, or the two of a Metro location; null = not known */
  peeringLocations: string[] | null
}

/** The level of a circuit alone, and where it ends. Source: https://learn.microsoft.com/azure/expressroute/metro */
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
  // one that Azure says to be of two locations has those of its city's Metro location, however it is named
  const metro = place?.spans ?? (stated === 'high' ? placeOf(`${metroOf(name)} Metro`)?.spans : undefined)
  if (metro) return [...metro]
  return stated === 'high' || (!place && isNamedMetro(name)) ? null : [place?.name ?? name.trim()]
}

/** The peering locations that a name alone stands for: the two of a listed Metro location, else itself. */
export const locationsNamed = (name: string): readonly string[] => placeOf(name)?.spans ?? [name]

/**
 * Whether a location is a building: ports of ExpressRoute Direct are ordered by these (`Equinix-Ashburn-DC2`), and which peering location each is
 * in no list has. Source: https://learn.microsoft.com/azure/expressroute/expressroute-howto-erdirect
 */
export const isBuilding = (location: string): boolean => location.includes('-') && placeOf(location) === null

/** Whether two circuits end in no common location, so that the loss of one leaves the other; null = not known. */
export function areApart(one: Ends, other: Ends): boolean | null {
  if (one.peeringLocation === null || other.peeringLocation === null) return null
  if (isBuilding(one.peeringLocation) !== isBuilding(other.peeringLocation)) return null
  const [own, others] = [one, other].map((ends) => resiliencyOf(ends).peeringLocations)
  if (own && others) return own.every((location) => others.every((name) => !isSame(location, name)))
  return isSame(metroOf(one.peeringLocation), metroOf(other.peeringLocation)) ? null : true
}

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()

/** Whether the loss of one location leaves the circuit a path. What Azure calls maximum counts circuits beside it. */
export const isInTwo = ({ resiliencyLevel, peeringLocations }: Resiliency): boolean =>
  resiliencyLevel === 'high' || peeringLocations?.length === 2

/**
 * The level of what reaches on-premises by several circuits: maximum = two of them end in no common location, high = one of them ends in two.
 * @param unread whether there are circuits of which nothing is read
 * @returns null = what is not known may raise it
 */
export function resiliencyOfAll(circuits: readonly Ends[], unread: boolean): ResiliencyLevel | null {
  const pairs = circuits.flatMap((one, at) => circuits.slice(at + 1).map((other) => areApart(one, other)))
  if (pairs.includes(true)) return 'maximum'
  const own = circuits.map(resiliencyOf)
  const isUnknown = own.some(({ resiliencyLevel }) => resiliencyLevel === null)
  if (circuits.length === 0 || unread || pairs.includes(null) || isUnknown) return null
  return own.some(isInTwo) ? 'high' : 'standard'
}
