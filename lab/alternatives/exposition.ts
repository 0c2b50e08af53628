/**
 * Metrics that an exporter of a gateway would serve: a series for each route and two for each session, like the
 * exporters of routing daemons. Pure.
 */
import type { PollObservation, PeerRow, RouteRow } from '#lib/contract/index.ts'

export const LEARNED_ROUTE_METRIC_NAME = 'azure_gateway_learned_route'
export const SESSION_UP_METRIC_NAME = 'azure_gateway_bgp_session_up'
export const SESSION_UPTIME_METRIC_NAME = 'azure_gateway_bgp_session_uptime_seconds'

export interface MetricSeriesSample {
  /** label pairs, `__name__` first, the rest sorted by name as remote write requires */
  labels: readonly (readonly [name: string, value: string])[]
  value: number
}

/**
 * Returns the series of a poll's answer without duplicates, because equal routes share a series. Returns an empty list
 * for a failed poll, because an exporter has no data then.
 */
export function convertPollToMetricSeries(gateway: string, observation: PollObservation): MetricSeriesSample[] {
  if (observation.outcome !== 'ok') return []
  if (observation.kind === 'peers') return observation.rows.flatMap((row) => sessionSeries(gateway, row))
  if (observation.kind !== 'learned') return []
  return [...new Map(observation.rows.map((row) => routeSeries(gateway, row))).values()]
}

function routeSeries(gateway: string, row: RouteRow): [key: string, series: MetricSeriesSample] {
  const { asPath, instance, localPref, nextHop, origin, peer, prefix, weight } = row
  const all = [
    ['__name__', LEARNED_ROUTE_METRIC_NAME],
    ['as_path', asPath.join(' ')],
    ['gateway', gateway],
    ['instance', instance ?? ''],
    ['local_pref', localPref === null ? '' : String(localPref)],
    ['next_hop', nextHop ?? ''],
    ['origin', origin ?? ''],
    ['peer', peer ?? ''],
    ['prefix', prefix],
    ['weight', weight === null ? '' : String(weight)],
  ] as const
  // an empty label is the same as a missing label
  const labels = all.filter(([, value]) => value !== '')
  return [formatSeriesLabelKey(labels), { labels, value: 1 }]
}

function sessionSeries(gateway: string, row: PeerRow): MetricSeriesSample[] {
  const labels = (name: string) =>
    [
      ['__name__', name],
      ['gateway', gateway],
      ['instance', row.localAddress],
      ['neighbor', row.neighbor],
    ] as const
  const up = row.state === 'established'
  const uptime = row.connectedDurationMs
  return [
    { labels: labels(SESSION_UP_METRIC_NAME), value: up ? 1 : 0 },
    ...(up && uptime !== null
      ? [{ labels: labels(SESSION_UPTIME_METRIC_NAME), value: Math.floor(uptime / 1_000) }]
      : []),
  ]
}

/** Returns a unique key of a series. */
export const formatSeriesLabelKey = (labels: MetricSeriesSample['labels']): string =>
  labels.map(([name, value]) => `${name}=${value}`).join('\n')

const escaped = (value: string) => value.replace(/["\\\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))

/**
 * Formats the text that a scrape reads.
 * @source Prometheus: "Exposition formats", text-based format
 */
export function formatPrometheusScrapeText(series: readonly MetricSeriesSample[]): string {
  const lines = series.map(({ labels: [name, ...labels], value }) => {
    const inner = labels.map(([label, text]) => `${label}="${escaped(text)}"`).join(',')
    return `${name?.[1]}{${inner}} ${value}\n`
  })
  return lines.join('')
}

/** Returns the 33 prefixes that cover an IPv4 address, longest first. A query matches them against the prefix label. */
export function listPrefixesCoveringAddress(address: string): string[] {
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  return Array.from({ length: 33 }, (_, n) => {
    const length = 32 - n
    const size = 2 ** (32 - length)
    const first = Math.floor(number / size) * size
    const parts = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256)
    return `${parts.join('.')}/${length}`
  })
}
