import type { WhatIfResult, WhatIfRow } from '#lib/resilience/api/index.ts'
import { formatCountWithPlural } from '../../format/quantity.ts'
import type { MapGateway, EstateMapPathLine, MapItem, MapRow, TopologyMap } from '../../map/map-model.ts'
import type { StatusText } from '../../ui/status.tsx'

/**
 * Status of a map item that fails in the scenario. An item to which prefixes move has a status with a less alarming
 * tone.
 */
const FAILED: StatusText = { tone: 'down', word: 'FAILED' }

/** Facts of a what-if response that the map shows as statuses of its items. */
interface Marks {
  lost: ReadonlySet<string>
  /** number of prefixes that move to a circuit or path, by map key of the circuit or path */
  takes: ReadonlyMap<string, number>
  /** prefixes whose routes change, by ID of the resource with the route table, for example a gateway */
  byScope: ReadonlyMap<string, readonly WhatIfRow[]>
  /** routes that are cut off, by name of the site */
  stranded: ReadonlyMap<string, readonly WhatIfRow[]>
}

/**
 * Returns the map of a what-if scenario. It marks failed items, items to which prefixes move, and sites and gateways
 * with cut-off prefixes. The link of an item opens the same page with the item failed, or restored if it already fails.
 * @param answer null = no scenario chosen, or not loaded yet
 * @param lose failed resources as they are written in the page's URL
 * @param hrefOf returns the page's URL with a resource added to `lose`, or removed from it
 */
export function buildWhatIfMap(
  map: TopologyMap,
  answer: WhatIfResult | null,
  lose: readonly string[],
  hrefOf: (term: string) => string,
): TopologyMap {
  const marks = marksOf(answer, lose)
  const link = (item: Pick<MapItem, 'name' | 'title'>, term: string) => ({
    href: hrefOf(term),
    title: `${lose.includes(term) ? 'Restore' : 'Fail'} ${item.title}`,
  })
  const lineOf = ({ load, ...line }: EstateMapPathLine, row: MapRow): EstateMapPathLine => {
    const status = statusOf(line.key, marks, marks.lost.has(row.key)) ?? line.status
    // A failed path carries no traffic, so that the line shows no rate.
    const carries = status === FAILED ? { traffic: null } : { load }
    return { ...line, ...carries, ...(isOne(row.key) && link(line, isTunnel(row) ? row.key : line.key)), status }
  }
  const rowOf = (row: MapRow): MapRow => ({
    ...row,
    ...(isOne(row.key) && link(row, row.key)),
    status: statusOf(row.key, marks) ?? row.status,
    // additional lines of a path, such as its IPv6 session, are left out because the scenario does not model them
    lines: row.lines.filter(({ isBesidePath }) => !isBesidePath).map((line) => lineOf(line, row)),
    site: siteOf(row.site, marks.stranded),
  })
  const gatewayOf = (gateway: MapGateway): MapGateway => ({
    ...gateway,
    ...(isOne(gateway.key) && link(gateway, gateway.key)),
    status: gatewayStatus(gateway.key, marks) ?? gateway.status,
    instances: gateway.instances.map((one) => (marks.lost.has(gateway.key) ? { ...one, status: FAILED } : one)),
  })
  return {
    ...map,
    places: map.places.map((place) => ({ ...place, rows: place.rows.map(rowOf) })),
    gateways: map.gateways.map(gatewayOf),
  }
}

/** Maximum number of prefixes that are listed in the title of a site. */
const SHOWN = 5

/**
 * Returns a site of the map with its status in the scenario: the number of its prefixes that are cut off in at least
 * one route table of Azure, and the names of these tables. The tables are named because other tables may still have a
 * route. If there are more than two of them, the status contains only their number, and their names are in the title.
 */
function siteOf(site: MapRow['site'], stranded: Marks['stranded']): MapRow['site'] {
  const rows = (site.names ?? []).flatMap((name) => stranded.get(name) ?? [])
  const prefixes = [...new Set(rows.map(({ prefix }) => prefix))]
  if (prefixes.length === 0) return site
  const more = prefixes.length - SHOWN
  const named = `${prefixes.slice(0, SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  const tables = [...new Set(rows.map(({ scopeName }) => scopeName))]
  const from = tables.length > 2 ? formatCountWithPlural(tables.length, 'table') : tables.join(' and ')
  return {
    ...site,
    title: `${site.title}. Cut off from ${tables.join(', ')}: ${named}`,
    status: {
      tone: 'down',
      word: `${formatCountWithPlural(prefixes.length, 'prefix', 'prefixes')} CUT OFF`,
      detail: `from ${from}`,
    },
  }
}

/**
 * Reports whether a row or gateway of the map is a single circuit, tunnel or gateway. The keys of groups contain a
 * slash.
 */
const isOne = (key: string) => !key.includes('/')

/**
 * Reports whether a row is a VPN tunnel, whose only line is the tunnel itself. A tunnel has no separate paths, so that
 * a click on its line lets the whole tunnel fail in the scenario.
 */
const isTunnel = ({ key, lines }: MapRow): boolean => lines.some((line) => line.key === `${key}/tunnel`)

function marksOf(answer: WhatIfResult | null, lose: readonly string[]): Marks {
  const rows = (answer?.prefixes ?? []).filter(({ side }) => side === 'azure')
  const lost = new Set(lose)
  for (const { kind, id, paths } of answer?.lost ?? []) {
    if (id !== null && kind !== 'path' && kind !== 'instance' && kind !== 'hub_connection') lost.add(id)
    for (const { circuitId, peering, path } of paths)
      if (peering !== 'private') lost.add(`${circuitId}/${peering}/${path}`)
    const byCircuit = Map.groupBy(
      paths.filter(({ peering }) => peering === 'private'),
      ({ circuitId }) => circuitId,
    )
    for (const [circuit, own] of byCircuit) {
      for (const { path } of own) lost.add(`${circuit}/${path}`)
      if (kind !== 'path' && kind !== 'router') lost.add(circuit)
    }
  }
  const takes = new Map<string, number>()
  const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1)
  for (const { before, after } of rows) {
    const had = new Set(before.flatMap(keysOf))
    for (const key of new Set(after.flatMap(keysOf))) if (!had.has(key)) count(takes, key)
  }
  const stranded = Map.groupBy(
    rows.filter(({ outcome }) => outcome === 'stranded'),
    ({ site }) => site ?? '',
  )
  return { lost, takes, byScope: Map.groupBy(rows, ({ scope }) => scope), stranded }
}

const keysOf = ({ circuitId, path }: WhatIfRow['before'][number]): string[] =>
  circuitId === null ? [] : path === null ? [circuitId] : [circuitId, `${circuitId}/${path}`]

function statusOf(key: string, { lost, takes }: Marks, isPartOfLost = false): StatusText | null {
  if (lost.has(key) || isPartOfLost) return FAILED
  const count = takes.get(key)
  return count === undefined ? null : { tone: 'notice', word: `+${formatCountWithPlural(count, 'prefix', 'prefixes')}` }
}

function gatewayStatus(key: string, { lost, byScope }: Marks): StatusText | null {
  const rows = byScope.get(key) ?? []
  const having = (outcome: WhatIfRow['outcome']) => rows.filter((row) => row.outcome === outcome).length
  const stranded = having('stranded')
  if (lost.has(key))
    return stranded > 0
      ? { ...FAILED, detail: `${formatCountWithPlural(stranded, 'prefix', 'prefixes')} cut off` }
      : FAILED
  if (stranded > 0) return { tone: 'down', word: `${stranded} CUT OFF` }
  const internet = having('internet')
  if (internet > 0) return { tone: 'degraded', word: `${internet} to the Internet` }
  const unknown = having('unknown')
  if (unknown > 0)
    return { tone: 'unknown', word: 'UNKNOWN', detail: formatCountWithPlural(unknown, 'prefix', 'prefixes') }
  const moved = rows.filter(({ outcome }) => outcome !== 'stays').length
  return moved > 0 ? { tone: 'notice', word: `${moved} move` } : null
}
