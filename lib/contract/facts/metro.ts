/**
 * Microsoft's three resiliency levels, lowest first. Source:
 * https://learn.microsoft.com/azure/expressroute/design-architecture-for-resiliency
 */
export const resiliencyLevels = ['standard', 'high', 'maximum'] as const
export type ResiliencyLevel = (typeof resiliencyLevels)[number]

/**
 * Pattern of the ending of a Metro location's name: `Amsterdam Metro` or `AmsterdamMetro`, but not a word that merely
 * ends in "metro".
 */
const METRO = /(?<!\s)\s+[Mm]etro$|(?<=\p{Ll})Metro$/u

/**
 * Reports whether a peering location has a name like that of a Metro location, which consists of two locations in a
 * city. The name alone does not prove that it is one.
 */
export const hasMetroLocationName = (location: string): boolean => METRO.test(location.trim())

/**
 * Returns the city of a peering location, as spelled in its name: `London2` and `London Metro` are in London.
 * Source: Azure documentation, "ExpressRoute connectivity partners and peering locations".
 */
export const getMetroOfLocation = (location: string): string =>
  location
    .trim()
    .replace(METRO, '')
    .replace(/(?<!\d)\d+$/, '')
    .trim()
