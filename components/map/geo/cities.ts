import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { getMetroOfLocation } from '#lib/contract/index.ts'

/** Position in degrees; east and north are positive. */
export interface GeoPosition {
  longitude: number
  latitude: number
}

/**
 * Positions of the cities with ExpressRoute peering locations, to a tenth of a degree. The names come from Azure's list
 * (https://learn.microsoft.com/azure/expressroute/expressroute-locations-providers).
 */
const cities: Record<string, readonly [longitude: number, latitude: number]> = createSafeLookupTable({
  Amsterdam: [4.9, 52.4],
  Atlanta: [-84.4, 33.7],
  Berlin: [13.4, 52.5],
  Brussels: [4.4, 50.8],
  Canberra: [149.1, -35.3],
  Chicago: [-87.6, 41.9],
  Copenhagen: [12.6, 55.7],
  Dallas: [-96.8, 32.8],
  Denver: [-105, 39.7],
  Dublin: [-6.3, 53.3],
  Frankfurt: [8.7, 50.1],
  Geneva: [6.1, 46.2],
  'Las Vegas': [-115.1, 36.2],
  London: [-0.1, 51.5],
  'Los Angeles': [-118.2, 34.1],
  Madrid: [-3.7, 40.4],
  Marseille: [5.4, 43.3],
  Miami: [-80.2, 25.8],
  Milan: [9.2, 45.5],
  Minneapolis: [-93.3, 45],
  Montreal: [-73.6, 45.5],
  Munich: [11.6, 48.1],
  'New York': [-74, 40.7],
  'Newport(Wales)': [-3, 51.6],
  Oslo: [10.8, 59.9],
  Paris: [2.4, 48.9],
  Phoenix: [-112.1, 33.4],
  Portland: [-122.7, 45.5],
  'Quebec City': [-71.2, 46.8],
  Quincy: [-119.9, 47.2],
  'San Antonio': [-98.5, 29.4],
  Seattle: [-122.3, 47.6],
  'Silicon Valley': [-121.9, 37.4],
  Stavanger: [5.7, 59],
  Stockholm: [18.1, 59.3],
  Toronto: [-79.4, 43.7],
  Vancouver: [-123.1, 49.3],
  Vienna: [16.4, 48.2],
  Warsaw: [21, 52.2],
  'Washington DC': [-77, 38.9],
  Zurich: [8.5, 47.4],
  Auckland: [174.8, -36.8],
  Bangkok: [100.5, 13.8],
  Busan: [129.1, 35.2],
  Chennai: [80.3, 13.1],
  'Hong Kong': [114.2, 22.3],
  Jakarta: [106.8, -6.2],
  'Kuala Lumpur': [101.7, 3.1],
  Melbourne: [145, -37.8],
  Mumbai: [72.9, 19.1],
  Osaka: [135.5, 34.7],
  Perth: [115.9, -32],
  Pune: [73.9, 18.5],
  Seoul: [127, 37.6],
  Singapore: [103.8, 1.4],
  Sydney: [151.2, -33.9],
  Taipei: [121.6, 25],
  'Tel Aviv': [34.8, 32.1],
  Tokyo: [139.7, 35.7],
  'Abu Dhabi': [54.4, 24.5],
  Campinas: [-47.1, -22.9],
  'Cape Town': [18.4, -33.9],
  Doha: [51.5, 25.3],
  Dubai: [55.3, 25.2],
  Johannesburg: [28, -26.2],
  'Rio de Janeiro': [-43.2, -22.9],
  Santiago: [-70.7, -33.4],
  'Sao Paulo': [-46.6, -23.6],
  'Queretaro (Mexico)': [-100.4, 20.6],
  Beijing: [116.4, 39.9],
  Shanghai: [121.5, 31.2],
})

const keyOf = (name: string) => name.toLowerCase().replaceAll(/[^a-z]/g, '')
const byKey = new Map(Object.entries(cities).map(([name, at]) => [keyOf(name), { name, at }]))

/** Returns the city of a peering location (`London2` is in London); null = unknown. */
export function findCity(location: string): (GeoPosition & { name: string }) | null {
  const city = byKey.get(keyOf(getMetroOfLocation(location)))
  return city ? { name: city.name, longitude: city.at[0], latitude: city.at[1] } : null
}
