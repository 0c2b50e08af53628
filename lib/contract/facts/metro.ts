/**
 * Microsoft's three resiliency levels, lowest first. Source:
 * https://learn.microsoft.com/azure/expressroute/design-architecture-for-resiliency
 */
export const resiliencyLevels = ['standard', 'high', 'maximum'] as const
export type ResiliencyLevel = (typeof resiliencyLevels)[number]

/** Matches `Amsterdam Metro`, also without the space, but not a name that merely ends in the letters "metro". */
const METRO = /(?<!\s)\s+[Mm]etro$|(?<=\p{Ll})Metro$/u

/**
 * Reports whether a peering location has the name of a Metro location, which spans two locations of a city. The name is
 * not a proof.
 */
export const isNamedMetro = (location: string): boolean => METRO.test(location.trim())

/**
 * Returns the city of a peering location, as spelled in its name: `London2` and `London Metro` are in London.
 * Source: Azure documentation, "ExpressRoute connectivity partners and peering locations".
 */
export const metroOf = (location: string): string =>
  location
    .trim()
    .replace(METRO, '')
    .replace(/(?<!\d)\d+$/, '')
    .trim()
