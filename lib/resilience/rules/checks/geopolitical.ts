import { getMetroOfLocation } from '#lib/contract/index.ts'

/**
 * Geopolitical regions of ExpressRoute. A circuit of the tier Standard can be connected only to gateways in its own
 * geopolitical region. If this file does not list an Azure region or peering location, its geopolitical region is
 * unknown. The US Government cloud is listed as North America. This cannot lead to wrong results, because circuits and
 * gateways of different clouds cannot be connected. Source: Azure documentation, "ExpressRoute connectivity partners
 * and peering locations", Azure regions to ExpressRoute locations, and national clouds.
 */
type Geopolitical =
  | 'North America'
  | 'South America'
  | 'Europe'
  | 'Asia'
  | 'India'
  | 'Japan'
  | 'Oceania'
  | 'South Korea'
  | 'South Africa'
  | 'United Arab Emirates'
  | 'China East'
  | 'China North'

const REGIONS: readonly (readonly [Geopolitical, RegExp])[] = [
  [
    'Europe',
    /^(?:uk|northeurope|westeurope|france|germany|norway|sweden|switzerland|italy|poland|spain|austria|belgium|denmark)/,
  ],
  ['India', /india|^jioindia/],
  ['North America', /^(?:(?:north|south|west)?central|east|west)us\d?$|^canada|^mexico|^us(?:gov|dod)/],
  ['South America', /^brazil|^chile/],
  ['Japan', /^japan/],
  ['South Korea', /^korea/],
  ['Oceania', /^australia|^newzealand/],
  ['South Africa', /^southafrica/],
  ['United Arab Emirates', /^uae/],
  ['China East', /^chinaeast2?$/],
  ['China North', /^chinanorth2?$/],
  ['Asia', /^(?:east|southeast)asia$|^indonesia|^malaysia/],
]

const LOCATIONS: Readonly<Record<Geopolitical, readonly string[]>> = {
  Europe: [
    'amsterdam',
    'athens',
    'barcelona',
    'berlin',
    'brussels',
    'copenhagen',
    'dublin',
    'frankfurt',
    'geneva',
    'london',
    'madrid',
    'marseille',
    'milan',
    'munich',
    'newport(wales)',
    'oslo',
    'paris',
    'stavanger',
    'stockholm',
    'vienna',
    'warsaw',
    'zurich',
  ],
  'North America': [
    'allentown',
    'ashburn',
    'atlanta',
    'boston',
    'chicago',
    'cleveland',
    'columbus',
    'dallas',
    'denver',
    'houston',
    'las vegas',
    'los angeles',
    'miami',
    'minneapolis',
    'montreal',
    'new york',
    'phoenix',
    'portland',
    'quebec city',
    'queretaro (mexico)',
    'san antonio',
    'seattle',
    'silicon valley',
    'toronto',
    'vancouver',
    'washington dc',
    'calgary',
  ],
  'South America': ['bogota', 'campinas', 'rio de janeiro', 'santiago', 'sao paulo'],
  Asia: ['bangkok', 'hong kong', 'jakarta', 'kuala lumpur', 'manila', 'singapore', 'taipei'],
  India: ['chennai', 'hyderabad', 'mumbai', 'new delhi', 'pune'],
  Japan: ['osaka', 'tokyo'],
  Oceania: ['auckland', 'brisbane', 'canberra', 'melbourne', 'perth', 'sydney'],
  'South Korea': ['busan', 'seoul'],
  'South Africa': ['cape town', 'johannesburg'],
  'United Arab Emirates': ['abu dhabi', 'dubai'],
  'China East': ['shanghai'],
  'China North': ['beijing'],
}

/**
 * Returns the geopolitical region of an Azure region; null if this file does not list it.
 * @param region as in ARM, `uksouth` or `UK South`
 */
export const findGeopoliticalOfRegion = (region: string): Geopolitical | null =>
  REGIONS.find(([, pattern]) => pattern.test(region.toLowerCase().replaceAll(' ', '')))?.[0] ?? null

/**
 * Returns the geopolitical region of a peering location; null if this file does not list it.
 * @param location as in ARM, for example `London2` or `Amsterdam Metro`
 */
export function findGeopoliticalOfLocation(location: string): Geopolitical | null {
  const metro = getMetroOfLocation(location).toLowerCase()
  return (Object.keys(LOCATIONS) as Geopolitical[]).find((one) => LOCATIONS[one].includes(metro)) ?? null
}
