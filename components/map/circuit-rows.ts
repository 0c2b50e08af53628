import type { Circuit, CircuitPathView, LearnedSiteView } from '#lib/contract/index.ts'
import { trafficWords } from '../circuits/path-brief.tsx'
import { formatBandwidth, plural } from '../format/quantity.ts'
import { type StatusWords, statusText } from '../ui/status.tsx'
import { circuitsWorstFirst, pathStatus, redundancyStatus } from '../ui/words.ts'
import type { MapAnswers, Line, Row } from './estate.ts'
import { problemStatusOf } from './problem-status.ts'

const DECLARE = '/settings/declarations'
/** Further site names are counted. */
const MOST_NAMES = 2

/** Key prefix of grouped rows. */
export const REST = 'rest/'

/** Whether a row is a group. */
export const isRestRow = ({ key }: Pick<Row, 'key'>) => key.startsWith(REST)

/** On-premises sites, declared or learned from routes. */
type KnownSites = Pick<MapAnswers, 'sites' | 'learnedSites'>

/** A circuit as a row of the map: its site, its two paths, and the gateways behind it. */
export function circuitRow(circuit: Circuit, known: KnownSites & Pick<MapAnswers, 'problems'>): Row {
  const { id, name, bandwidthMbps, provider } = circuit
  const { status, rank, reason } = judged(circuit, known.problems)
  const href = `/circuits/${encodeURIComponent(id)}`
  const size = bandwidthMbps === null ? null : formatBandwidth(bandwidthMbps)
  return {
    key: id,
    name,
    href,
    title: [[name, statusText(status), size, provider].filter(Boolean).join(', '), reason].filter(Boolean).join('. '),
    status,
    rank,
    lines: circuit.paths.map((path) => pathLine(circuit, path, href)),
    site: siteOf(circuit, known),
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

/** A circuit's status: its redundancy, or what else is wrong with it while both paths are up. */
function judged({ id, redundancy }: Circuit, problems: MapAnswers['problems']) {
  const own = redundancyStatus(redundancy)
  const rank = circuitsWorstFirst.indexOf(redundancy)
  const problem = own.tone === 'up' ? problemStatusOf(id, 'circuit', problems) : null
  if (!problem) return { status: own, rank, reason: null }
  return { ...problem, rank: circuitsWorstFirst.indexOf('reduced') }
}

function pathLine({ id, name }: Circuit, path: CircuitPathView, href: string): Line {
  const status = pathStatus(path.state)
  const carries = path.state === 'up' || path.state === 'degraded' ? trafficWords(path) : null
  return {
    key: `${id}/${path.path}`,
    name: path.path,
    href,
    title: [`${name}, ${path.path} path: ${statusText(status)}`, path.reason, carries].filter(Boolean).join('. '),
    status,
    traffic: carries,
  }
}

function siteOf({ id, name, peerings }: Circuit, { sites, learnedSites = [] }: KnownSites): Row['site'] {
  const own = sites.filter(({ home }) => home === id)
  const learned = learnedSites.find(({ circuits }) => circuits.includes(id))
  const asn = peerings.find(({ peerAsn }) => peerAsn !== null)?.peerAsn
  const detail = asn == null ? '' : `AS ${asn}`
  const key = `site/${id}`
  if (own.length === 0 && learned) {
    const size = plural(learned.prefixes, 'prefix', 'prefixes')
    const shown = [size, detail].filter(Boolean).join(', ')
    const title = learnedTitle(learned, name)
    return { key, name: learned.name, names: [learned.name], detail: shown, href: DECLARE, title }
  }
  if (own.length === 0) {
    return { key, name: 'On-premises', detail, href: DECLARE, title: `On-premises end of ${name}: no site is declared` }
  }
  const names = own.map((site) => site.name)
  const more = names.length - MOST_NAMES
  const shown = names.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` +${more}` : '')
  return { key, name: shown, names, detail, href: DECLARE, title: `${names.join(', ')}: on-premises end of ${name}` }
}

const neighborsAre: Record<LearnedSiteView['confidence'], string> = {
  certain: 'their neighbors are certain',
  inferred: 'their neighbors are inferred',
}

/** `learned: Amsterdam / Equinix, 14 prefixes`, and that it is no site that somebody declared. */
function learnedTitle({ name, prefixes, confidence }: LearnedSiteView, circuit: string): string {
  const size = plural(prefixes, 'prefix', 'prefixes')
  return `${name}, ${size}: on-premises end of ${circuit}. Learned from routes, ${neighborsAre[confidence]}; no site is declared`
}

/** Circuits of one place that are not drawn one by one, in one row. @param place '' = of several places */
export function restRow(place: string, circuits: readonly Circuit[], problems?: MapAnswers['problems']): Row {
  const all = circuits.map((circuit) => judged(circuit, problems)).toSorted((a, b) => a.rank - b.rank)
  const [worst] = all
  const rank = worst?.rank ?? circuitsWorstFirst.length
  const counts = [...Map.groupBy(all, ({ status }) => status.word)].map(([word, same]) => `${same.length} ${word}`)
  const name = plural(circuits.length, 'circuit')
  const href = place === '' ? '/circuits' : `/circuits?${new URLSearchParams({ 'circuits.q': place })}`
  const title = `${name}${place && ` in ${place}`}: ${counts.join(', ')}`
  const gateways = new Map(
    circuits.flatMap(({ connections }) =>
      connections.flatMap(({ gatewayId, gatewayName }) => (gatewayId === null ? [] : [[gatewayId, gatewayName]])),
    ) as [string, string | null][],
  )
  return {
    key: `${REST}${place}`,
    name,
    href,
    title,
    status: worst?.status ?? redundancyStatus('unknown'),
    rank,
    lines: (['primary', 'secondary'] as const).map((path) => restLine(place, path, circuits, href)),
    site: {
      key: `site/rest/${place}`,
      name: plural(circuits.length, 'site'),
      detail: 'on-premises',
      href: DECLARE,
      title: `On-premises ends of ${name}${place && ` in ${place}`}`,
    },
    links: [...gateways].map(([gatewayId, gateway]) => ({ gatewayId, title: `${name} to ${gateway ?? 'a gateway'}` })),
  }
}

const pathsWorstFirst: CircuitPathView['state'][] = ['down', 'degraded', 'unknown', 'up', 'disabled', 'not_configured']

/** The paths of one name of many circuits: the worst of them, and how many are so. */
function restLine(place: string, name: CircuitPathView['path'], circuits: readonly Circuit[], href: string): Line {
  const states = circuits.flatMap(({ paths }) => paths.filter(({ path }) => path === name).map(({ state }) => state))
  const worst = pathsWorstFirst.find((state) => states.includes(state)) ?? 'unknown'
  const count = states.filter((state) => state === worst).length
  const status: StatusWords = { ...pathStatus(worst), detail: `${count} of ${states.length}` }
  const title = `${name} paths of ${plural(circuits.length, 'circuit')}: the worst ${statusText(status)}`
  return { key: `rest/${place}/${name}`, name, href, title, status, traffic: null }
}
