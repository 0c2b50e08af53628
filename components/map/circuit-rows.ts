import { type CircuitTrafficRates, getPathRates, getShownPathRates } from '#lib/circuits/api/carried-rates.ts'
import type { Circuit, ApiCircuitPath } from '#lib/circuits/api/index.ts'
import type { ApiLearnedSite } from '#lib/contract/index.ts'
import { findMainPeeringType } from '#lib/contract/words/main-peering-type.ts'
import { formatSiteName } from '#lib/contract/words/site-states.ts'
import { formatPathTraffic } from '../circuits/path-summary.tsx'
import { formatBandwidth, formatBitRate, formatFractionAsPercent, formatCountWithPlural } from '../format/quantity.ts'
import { type StatusText, formatStatusText } from '../ui/status.tsx'
import { rankCircuit, getCircuitStatus, getPathStatus, omitLastKnownTime } from '../ui/status-text.ts'
import { findProblemReason, type MapData, type EstateMapPathLine, type MapRow } from './map-model.ts'
import { summarizeProbes } from './probe-summary.ts'

const DECLARE = '/settings/declarations'
const IPV6 = 'IPv6'
/** Maximum number of site names next to a circuit; if there are more sites, the number of the others is shown. */
const MAX_NAMES = 2

/** Beginning of the keys of rows that combine several circuits or tunnels. */
export const COMBINED_ROW_KEY_PREFIX = 'rest/'

/** On-premises sites that users declared (`sites`) or that Peerwatch learned from routes (`learnedSites`). */
type KnownSites = Pick<MapData, 'sites' | 'learnedSites'>

/** Returns a circuit as a row of the map: its site, its paths, and its gateways. */
export function buildMapCircuitRow(
  circuit: Circuit,
  known: KnownSites & Pick<MapData, 'problems' | 'probes' | 'risks'>,
): MapRow {
  const { id, name, bandwidthMbps, provider } = circuit
  const { fullStatus, status, rank, reason } = judged(circuit, known.problems)
  const href = `/circuits/${encodeURIComponent(id)}`
  const size = bandwidthMbps === null ? null : formatBandwidth(bandwidthMbps)
  const risk = known.risks?.get(id)
  return {
    key: id,
    name,
    href,
    title: [[name, formatStatusText(fullStatus), risk, size, provider].filter(Boolean).join(', '), reason]
      .filter(Boolean)
      .join('. '),
    status,
    ...(fullStatus.at !== undefined && { fullStatus, isLastKnown: true }),
    ...(risk && { risk }),
    rank,
    lines: [
      ...circuit.paths.map((path) => pathLine(circuit, path, href)),
      ...circuit.paths.flatMap((path) => ipv6Line(circuit, path, href)),
      ...microsoftPaths(circuit).map((path) => pathLine(circuit, path, href, MICROSOFT)),
      ...microsoftPaths(circuit).flatMap((path) => ipv6Line(circuit, path, href, MICROSOFT)),
    ],
    ...measured(siteOf(circuit, known), probed([id], known)),
    links: circuit.connections.flatMap(({ gatewayId, gatewayName, name: connection, routingWeight, fastPath }) =>
      gatewayId === null
        ? []
        : [
            {
              gatewayId,
              title: [
                `${name} to ${gatewayName ?? 'a gateway'} by ${connection}`,
                routingWeight === null ? null : `weight ${routingWeight}`,
                fastPath ? 'FastPath' : null,
              ]
                .filter(Boolean)
                .join(', '),
            },
          ],
    ),
  }
}

const judged = (circuit: Circuit, problems: MapData['problems']) => ({
  fullStatus: getCircuitStatus(circuit),
  // The row has no space for the time of a last known state. The title contains this time.
  status: omitLastKnownTime(getCircuitStatus(circuit)),
  rank: rankCircuit(circuit),
  reason: circuit.impaired && findProblemReason(circuit.id, 'circuit', problems),
})

const MICROSOFT = 'Microsoft'

/**
 * Returns the paths of enabled Microsoft peerings. They are drawn in addition to the circuit's `paths`, which belong to
 * its main peering (usually private peering). If Microsoft peering is the main peering, its paths are already in
 * `paths`, so that the result is empty.
 */
const microsoftPaths = ({ peerings }: Circuit): ApiCircuitPath[] =>
  findMainPeeringType({ peerings }) === 'microsoft'
    ? []
    : peerings
        .filter(({ type, state }) => type === 'microsoft' && state === 'Enabled')
        .flatMap(({ paths }) => paths.filter(({ state }) => state !== 'not_configured'))

/**
 * Returns a path of a circuit as a line of the map.
 * @param peering '' = main peering of the circuit
 */
function pathLine(
  circuit: Circuit,
  path: ApiCircuitPath,
  href: string,
  peering: '' | typeof MICROSOFT = '',
): EstateMapPathLine {
  const { id, name, bandwidthMbps } = circuit
  const { at, ...status } = getPathStatus(path.state, path.unconfirmedSince, path.lastKnown)
  const since = path.unconfirmedSince ?? at ?? null
  const { allPeerings: _, ...own } = path
  const seen = getShownPathRates(peering === '' ? path : own, circuit)
  const carries = path.state === 'up' || path.state === 'degraded' ? formatPathTraffic(seen) : null
  const load = carries === null || peering !== '' ? null : loadOf(getPathRates(path, circuit), bandwidthMbps)
  const of = peering === '' ? `${path.path} path` : `${peering} peering, ${path.path} path`
  const used = load === null ? null : `${formatFractionAsPercent(load)} of the bandwidth`
  const type = peering === '' ? findMainPeeringType(circuit) : 'microsoft'
  return {
    // The key is the text that identifies this path as failed in a what-if scenario (parameter `lose` of the URL).
    key: `${id}/${type === null || type === 'private' ? '' : `${type}/`}${path.path}`,
    name: `${peering === '' ? path.path : `${peering}, ${path.path}`}${isIpv6Equal(path) ? ` + ${IPV6}` : ''}`,
    href,
    title: [
      `${name}, ${of}${isIpv6Equal(path) ? ` over IPv4 and ${IPV6}` : ''}: ${formatStatusText(at ? { ...status, at } : status)}`,
      path.reason?.replace(/\.$/, ''),
      carries,
      used,
    ]
      .filter(Boolean)
      .join('. '),
    status,
    ...(since !== null && { unconfirmedSince: since }),
    traffic: peering === '' && carries !== null ? (briefTraffic(seen) ?? carries) : null,
    ...(load !== null && { load }),
  }
}

/**
 * Formats the traffic of a path in a few letters: `↑ 159 ↓ 279 Mb/s` (up to Azure, down from Azure, as in charts); null
 * if a rate is unknown.
 */
function briefTraffic(carried: CircuitTrafficRates | null): string | null {
  if (carried === null || carried.toAzure === null || carried.fromAzure === null) return null
  const [into, out] = [formatBitRate(carried.toAzure), formatBitRate(carried.fromAzure)]
  const unit = / .+/.exec(out)?.[0] ?? ''
  return `↑ ${into.endsWith(unit) ? into.slice(0, -unit.length) : into} ↓ ${out}${carried.only === null ? '' : ` ${carried.only}`}`
}

/** Returns the name of a path's line without the mark that the line also represents its IPv6 session. */
export const getShortLineName = (name: string): string => name.replace(` + ${IPV6}`, '')

/**
 * Reports whether the IPv6 session of a path has the same state as the path. The path has the state of its IPv4 session.
 * A single line then represents both sessions.
 */
const isIpv6Equal = ({ state, bgpOverIpv6 }: ApiCircuitPath): boolean => bgpOverIpv6 === state

/**
 * Returns a separate line for the IPv6 session of a path if its state differs from the state of the path. Returns an
 * empty list for other paths.
 */
function ipv6Line(
  { id, name }: Circuit,
  path: ApiCircuitPath,
  href: string,
  peering: '' | typeof MICROSOFT = '',
): EstateMapPathLine[] {
  if (path.bgpOverIpv6 === null || isIpv6Equal(path)) return []
  const unconfirmedSince = path.bgpOverIpv6 === 'down' ? (path.unconfirmedSince ?? path.lastKnown?.at ?? null) : null
  const status = unconfirmedSince === null ? ipv6Status[path.bgpOverIpv6] : getPathStatus('down', unconfirmedSince)
  const of = peering === '' ? '' : `${peering}, `
  return [
    {
      key: `${id}/${of}${IPV6}/${path.path}`,
      isBesidePath: true,
      name: `${of}${IPV6}, ${path.path}`,
      href,
      title: `${name}, ${of && `${peering} peering, `}${path.path} path over ${IPV6}: ${formatStatusText(status)}`,
      status,
      ...(unconfirmedSince !== null && { unconfirmedSince }),
      traffic: null,
    },
  ]
}

const ipv6Status: Record<NonNullable<ApiCircuitPath['bgpOverIpv6']>, StatusText> = {
  up: getPathStatus('up'),
  down: getPathStatus('down'),
  disabled: getPathStatus('disabled'),
  never_established: { tone: 'off', word: 'NEVER UP' },
  unknown: getPathStatus('unknown'),
}

/**
 * Returns a field with the latest results of connection monitor tests through the given circuits; an empty object
 * without recent results.
 */
function probed(ids: readonly string[], { probes }: Pick<MapData, 'probes'>): Pick<MapRow, 'probe'> {
  const probe = probes && summarizeProbes(probes.tests, ids, probes.asOf)
  return probe ? { probe } : {}
}

/**
 * Returns a site together with the results of the tests towards it. The full text of the results is added to the site's
 * title.
 */
const measured = (site: MapRow['site'], { probe }: Pick<MapRow, 'probe'>): Pick<MapRow, 'site' | 'probe'> =>
  probe ? { site: { ...site, title: `${site.title}. ${probe.title}` }, probe } : { site }

/** Returns the used share of the bandwidth in the direction with more traffic; null = unknown. */
function loadOf({ toAzure, fromAzure }: CircuitTrafficRates, bandwidthMbps: number | null): number | null {
  return toAzure === null || fromAzure === null || !bandwidthMbps
    ? null
    : Math.max(toAzure, fromAzure) / (bandwidthMbps * 1e6)
}

function siteOf({ id, name, peerings }: Circuit, { sites, learnedSites = [] }: KnownSites): MapRow['site'] {
  const own = sites.filter(({ home }) => home === id)
  const learned = learnedSites.find(({ circuits }) => circuits.includes(id))
  const asn = peerings.find(({ peerAsn }) => peerAsn !== null)?.peerAsn
  const detail = asn == null ? '' : `AS ${asn}`
  const key = `site/${id}`
  if (own.length === 0 && learned) {
    const title = [learnedTitle(learned, name), detail].filter(Boolean).join('; ')
    return {
      key,
      name: formatSiteName(learned.name),
      names: [learned.name],
      detail: 'auto-detected',
      href: DECLARE,
      title,
    }
  }
  if (own.length === 0) {
    return { key, name: 'On-premises', detail, href: DECLARE, title: `On-premises end of ${name}: no site is declared` }
  }
  const names = own.map((site) => site.name)
  const more = names.length - MAX_NAMES
  const shown = names.slice(0, MAX_NAMES).join(', ') + (more > 0 ? ` +${more}` : '')
  return { key, name: shown, names, detail, href: DECLARE, title: `${names.join(', ')}: on-premises end of ${name}` }
}

const neighborsAre: Record<ApiLearnedSite['confidence'], string> = {
  certain: 'their neighbors are certain',
  inferred: 'their neighbors are inferred',
}

/**
 * Describes a site that Peerwatch learned from routes: `Amsterdam (via Equinix), 14 prefixes`, with the note that users
 * declared no site.
 */
function learnedTitle({ name, prefixes, confidence }: ApiLearnedSite, circuit: string): string {
  const size = formatCountWithPlural(prefixes, 'prefix', 'prefixes')
  return `${formatSiteName(name)}, ${size}: on-premises end of ${circuit}. Auto-detected from routes, ${neighborsAre[confidence]}; no site is declared`
}

/**
 * Returns one row that combines all circuits of a place that are not drawn separately.
 * @param place name of the peering location; '' = the circuits are at several peering locations
 */
export function buildCombinedMapRow(
  place: string,
  circuits: readonly Circuit[],
  known: Pick<MapData, 'problems' | 'probes'>,
): MapRow {
  const all = circuits.map((circuit) => judged(circuit, known.problems)).toSorted((a, b) => a.rank - b.rank)
  const [worst] = all
  const rank = worst?.rank ?? Infinity
  const counts = [...Map.groupBy(all, ({ status }) => status.word)].map(([word, same]) => `${same.length} ${word}`)
  const name = formatCountWithPlural(circuits.length, 'circuit')
  const href = place === '' ? '/circuits' : `/circuits?${new URLSearchParams({ 'circuits.q': place })}`
  const title = `${name}${place && ` in ${place}`}: ${counts.join(', ')}`
  const gateways = new Map(
    circuits.flatMap(({ connections }) =>
      connections.flatMap(({ gatewayId, gatewayName }) => (gatewayId === null ? [] : [[gatewayId, gatewayName]])),
    ) as [string, string | null][],
  )
  return {
    key: `${COMBINED_ROW_KEY_PREFIX}${place}`,
    name,
    href,
    title,
    status: buildGroupStatus(worst?.status ?? { tone: 'unknown', word: 'UNKNOWN' }, all),
    ...(worst?.fullStatus.at !== undefined && { isLastKnown: true }),
    rank,
    lines: (['primary', 'secondary'] as const).map((path) => restLine(place, path, circuits, href)),
    site: {
      key: `site/rest/${place}`,
      name: formatCountWithPlural(circuits.length, 'site'),
      detail: 'on-premises',
      href: DECLARE,
      title: `On-premises ends of ${name}${place && ` in ${place}`}`,
    },
    ...probed(
      circuits.map(({ id }) => id),
      known,
    ),
    links: [...gateways].map(([gatewayId, gateway]) => ({ gatewayId, title: `${name} to ${gateway ?? 'a gateway'}` })),
  }
}

const pathsWorstFirst: ApiCircuitPath['state'][] = ['down', 'degraded', 'unknown', 'up', 'disabled', 'not_configured']

/**
 * Returns the status of a group, which is the worst status in it. If only a part of the group has this status, the text
 * contains how many do: `1 of 13 ONE PATH LEFT`.
 */
export function buildGroupStatus(worst: StatusText, all: readonly { status: StatusText }[]): StatusText {
  const count = all.filter(({ status }) => status.word === worst.word).length
  return count === all.length ? worst : { ...worst, word: `${count} of ${all.length} ${worst.word}` }
}

/**
 * Returns one line that combines the primary or the secondary paths of many circuits. The line is divided by state, in
 * proportion to the number of paths.
 */
function restLine(
  place: string,
  name: ApiCircuitPath['path'],
  circuits: readonly Circuit[],
  href: string,
): EstateMapPathLine {
  const states = circuits.flatMap(({ paths }) => paths.filter(({ path }) => path === name).map(({ state }) => state))
  const parts = pathsWorstFirst.flatMap((state) => {
    const count = states.filter((one) => one === state).length
    return count === 0 ? [] : [{ state, count, ...getPathStatus(state) }]
  })
  const [worst] = parts
  const status: StatusText = {
    ...(worst ? getPathStatus(worst.state) : getPathStatus('unknown')),
    detail: `${worst?.count ?? 0} of ${states.length}`,
  }
  const counts = parts.map(({ count, word }) => `${count} ${word}`).join(', ')
  return {
    key: `rest/${place}/${name}`,
    name,
    href,
    title: `${name} paths of ${formatCountWithPlural(circuits.length, 'circuit')}: ${counts}`,
    status,
    traffic: null,
    ...(parts.length > 1 && { parts: parts.map(({ tone, count }) => ({ tone, count })) }),
  }
}
