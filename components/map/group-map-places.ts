import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { buildMapCircuitRow, buildCombinedMapRow, COMBINED_ROW_KEY_PREFIX } from './circuit-rows.ts'
import type { MapData, MapPlace, MapRow } from './map-model.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import { type StatusText, formatStatusText } from '../ui/status.tsx'
import { getLastPolledStatus, omitLastKnownTime } from '../ui/status-text.ts'

const tunnelLabels: Record<string, StatusText> = createSafeLookupTable({
  connected: { tone: 'up', word: 'CONNECTED' },
  connecting: { tone: 'degraded', word: 'CONNECTING' },
  notconnected: { tone: 'down', word: 'NOT CONNECTED' },
})
/**
 * Sort ranks of VPN tunnels by tone (class of states). Tunnels and circuits can be sorted together by rank. The ranks
 * of down, degraded and up equal those of a circuit with no path, one path and both paths.
 */
const tunnelRank: Partial<Record<StatusText['tone'], number>> = { down: 0, degraded: 1, unknown: 2, up: 4 }

/**
 * Returns the site-to-site VPN tunnels of a gateway as rows of the map. Tunnels are on the map because they may carry
 * the traffic if all circuits fail.
 */
function tunnelRows(gateway: Gateway): MapRow[] {
  const tunnels = gateway.connections.filter(({ type, circuitId }) => circuitId === null && /^ipsec$/i.test(type ?? ''))
  return tunnels.map(({ id, name, status: word, notPolledSince }) => {
    const reported = tunnelLabels[word?.toLowerCase() ?? ''] ?? { tone: 'unknown', word: 'UNKNOWN' }
    const polled = getLastPolledStatus(reported, notPolledSince)
    // The row has no space for the time of a last known state. The line and the titles contain it.
    const { at: _, ...status } = polled
    const href = `/gateways/${encodeURIComponent(gateway.id)}`
    const title = `${name}, VPN tunnel of ${gateway.name}: ${formatStatusText(polled)}`
    return {
      key: id,
      name,
      href,
      title,
      status: omitLastKnownTime(polled),
      ...(polled.at !== undefined && { fullStatus: polled, isLastKnown: true }),
      rank: tunnelRank[status.tone] ?? 3,
      lines: [
        {
          key: `${id}/tunnel`,
          name: 'tunnel',
          href,
          title: `${name}, tunnel: ${formatStatusText(polled)}`,
          status,
          ...(notPolledSince !== undefined && reported.tone !== 'unknown' && { unconfirmedSince: notPolledSince }),
          traffic: null,
        },
      ],
      site: { key: `site/${id}`, name: 'On-premises', detail: 'over VPN', href, title: `On-premises end of ${name}` },
      links: [{ gatewayId: gateway.id, title: `${name} to ${gateway.name}` }],
    }
  })
}

/** Returns one row that combines all tunnels that are not drawn separately. */
function restOfTunnels(rows: readonly MapRow[]): MapRow {
  const [worst] = rows.toSorted((a, b) => a.rank - b.rank)
  const status: StatusText = worst?.status ?? { tone: 'unknown', word: 'UNKNOWN' }
  const name = `${rows.length} more tunnels`
  const title = `${name}, the worst of them ${formatStatusText(status)}`
  const href = '/gateways?gateways.q=VPN'
  return {
    key: `${COMBINED_ROW_KEY_PREFIX}tunnels`,
    name,
    href,
    title,
    status,
    ...(worst?.isLastKnown && { isLastKnown: true }),
    rank: worst?.rank ?? 0,
    lines: [{ key: 'rest/tunnels/line', name: 'tunnels', href, title, status, traffic: null }],
    site: {
      key: 'site/rest/tunnels',
      name: 'On-premises',
      detail: 'over VPN',
      href,
      title: `On-premises ends of ${name}`,
    },
    links: rows.flatMap(({ links }) => links),
  }
}

/** Maximum number of circuits that have separate rows. */
export const MAX_MAP_CIRCUITS = 14
/**
 * Maximum number of peering locations with a separate box on the map, if there are too many circuits for separate rows.
 * The locations with the most circuits are chosen.
 */
const MAX_PLACES = 8
const MAX_TUNNELS = 3
const UNKNOWN_LOCATION = 'Unknown location'

/**
 * Groups circuits by peering location, and VPN tunnels under the place "Internet". Places are sorted by name, so that a
 * failure does not move them. If there are more circuits than `MAX_MAP_CIRCUITS`, the circuits of a large location
 * share one row. All locations beyond `MAX_PLACES` are combined to one place, which is the last.
 * @param turned names of places that the user toggled: a place that is collapsed by default is expanded, and vice versa
 */
export function groupMapPlaces(
  { circuits, gateways, ...known }: MapData,
  turned: ReadonlySet<string>,
): { places: MapPlace[]; grouped: boolean } {
  const ordered = circuits.toSorted(byName)
  const bySize = [...Map.groupBy(ordered, placeName)].toSorted(
    ([a, own], [b, others]) => others.length - own.length || a.localeCompare(b),
  )
  const grouped = circuits.length > MAX_MAP_CIRCUITS
  const own = grouped ? bySize.slice(0, MAX_PLACES) : bySize
  const others = bySize.slice(own.length)
  const opened = openedOf(own)
  const places = own.map(([name, members]): MapPlace => {
    const isOpen = opened.has(name) !== turned.has(name) || members.length === 1
    return {
      key: `place/${name}`,
      name,
      rows: isOpen
        ? members.map((circuit) => buildMapCircuitRow(circuit, known))
        : [buildCombinedMapRow(name, members, known)],
      ...(members.length > 1 && { fold: { isOpen, circuits: members.length } }),
    }
  })
  const internet = tunnels(gateways)
  if (internet.length > 0) places.push({ key: 'place/Internet', name: 'Internet', rows: internet })
  places.sort(byName)
  if (others.length > 0) {
    const name = formatCountWithPlural(others.length, 'further location')
    const members = others.flatMap(([, list]) => list)
    places.push({ key: `place/${name}`, name, rows: [buildCombinedMapRow('', members, known)] })
  }
  return { places, grouped }
}

/**
 * Returns the locations whose circuits have separate rows unless the user changes this. Locations are chosen from the
 * smallest to the largest, as long as the map has at most `MAX_MAP_CIRCUITS` rows.
 */
function openedOf(largestFirst: readonly (readonly [string, readonly Circuit[]])[]): ReadonlySet<string> {
  let rows = largestFirst.length
  const opened = new Set<string>()
  for (const [name, { length }] of largestFirst.toReversed()) {
    rows += length - 1
    if (rows <= MAX_MAP_CIRCUITS) opened.add(name)
  }
  return opened
}

const placeName = ({ peeringLocation }: Circuit) => peeringLocation ?? UNKNOWN_LOCATION
const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name)

function tunnels(gateways: MapData['gateways']): MapRow[] {
  const rows = gateways.flatMap(tunnelRows).toSorted(byName)
  return rows.length <= MAX_TUNNELS
    ? rows
    : [...rows.slice(0, MAX_TUNNELS - 1), restOfTunnels(rows.slice(MAX_TUNNELS - 1))]
}
