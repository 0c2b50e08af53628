import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import type { PeeringLocation } from '#lib/contract/facts/locations.ts'

/** Peering locations by name, in the format in which the list of peering locations is stored in the source code. */
type Listed = Record<string, Omit<PeeringLocation, 'name'>>

/** Corrections of misspelled names on Microsoft's pages. */
const MEANT: Readonly<Record<string, string>> = createSafeLookupTable({ 'Canda Central': 'Canada Central' })

/**
 * Reads the peering locations from two pages of Microsoft's documentation (in Markdown). `locations` has the zone of
 * each location and the regions of the Local SKU. `metro` has the Metro locations. Each of them covers two locations
 * with the names `City` and `City2` (azure/expressroute/metro). The zone of a Metro location is null if the two pages
 * state different zones for the city.
 * @throws Error if a page does not contain its table
 */
export function parseLocationPages(locations: string, metro: string): { public: Listed; usGovernment: Listed } {
  const [worldwide = '', national = ''] = locations.split(/^### US Government cloud$/m)
  const listed = rowsOf(worldwide, 6).map(([name, , zone, local]) => [name, zone, local] as const)
  const metros = rowsOf(metro, 6).flatMap(([name, , zone, local]) =>
    name.endsWith(' Metro') ? [[name, zone, local] as const] : [],
  )
  const government = rowsOf(national.split(/^### /m)[0] ?? '', 5)
  if (listed.length === 0 || metros.length === 0 || government.length === 0) throw new Error('a page has no locations')
  const zones = new Map(listed.map(([name, zone]) => [name, zone]))
  return {
    public: Object.fromEntries([
      ...listed.map(([name, zone, local]) => [name, { zone: `Zone ${zone}`, localRegions: regionsIn(local) }] as const),
      ...metros.map(([name, zone, local]) => {
        const city = name.replace(/ Metro$/, '')
        const isOne = zones.get(city) === zone
        const spans = [city, `${city}2`] as const
        return [name, { zone: isOne ? `Zone ${zone}` : null, localRegions: regionsIn(local), spans }] as const
      }),
    ]),
    usGovernment: Object.fromEntries(
      government.map(([name, , local]) => [name, { zone: 'US Gov Zone 1', localRegions: regionsIn(local) }] as const),
    ),
  }
}

/**
 * Returns the rows of tables with a certain number of columns. Header lines, separator lines and emphasis are left out.
 */
const rowsOf = (page: string, columns: number) =>
  page
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|\s*(?:-|\*{0,2}(?:Metro )?location\s*\|)/i.test(line))
    .map((line) => line.split('|').slice(1, -1).map(plain))
    .filter((cells): cells is [string, string, string, string] => cells.length === columns)

const plain = (cell: string) => cell.replaceAll('**', '').trim()

const regionsIn = (cell: string) =>
  cell
    .split(/<br\s*\/?>/)
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== '&cross;')
    .map((name) => MEANT[name] ?? name)
