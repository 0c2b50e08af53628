/** Microsoft's three, the least first. Source: https://learn.microsoft.com/azure/expressroute/design-architecture-for-resiliency */
export const resiliencyLevels = ['standard', 'high', 'maximum'] as const
export type ResiliencyLevel = (typeof resiliencyLevels)[number]

/** `Amsterdam Metro`, also without the space; not a name that merely ends in these letters. */
const METRO = /(?<!\s)\s+[Mm]etro$|(?<=\p{Ll})Metro$/u

/** Whether a peering location has the name of one that spans two of its city. The name alone proves nothing. */
export const isNamedMetro = (location: string): boolean => METRO.test(location.trim())

/**
 * The metro of a peering location, as it is spelled there: `London2` and `London Metro` are in London.
 * Source: Azure documentation, "ExpressRoute connectivity partners and peering locations".
 */
export const metroOf = (location: string): string =>
  location
    .trim()
    .replace(METRO, '')
    .replace(/(?<!\d)\d+$/, '')
    .trim()
