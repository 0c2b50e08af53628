import type { MoneyAmount } from '#lib/contract/index.ts'
import type {
  LoadMethod,
  LostResourceKind,
  TrafficMove,
  N1Case,
  DoubleLosses,
  WhatIfLimit,
  WhatIfOutcome,
  WhatIfPath,
} from '#lib/resilience/api/index.ts'
import { hindranceKinds } from '#lib/resilience/api/move-text.ts'
import { formatDuration } from '#lib/contract/words/durations.ts'
import { formatCountWithSeparators, formatCountWithPlural } from '../../format/quantity.ts'
import type { StateTone } from '../../ui/drawing/glyph.tsx'
import type { StatusText } from '../../ui/status.tsx'

/** Status word for each outcome of a prefix in a scenario, worst first. */
export const whatIfOutcomeStatuses: Record<WhatIfOutcome, StatusText> = {
  stranded: { tone: 'down', word: 'CUT OFF' },
  internet: { tone: 'degraded', word: 'TO INTERNET' },
  default_only: { tone: 'degraded', word: 'DEFAULT ONLY' },
  unknown: { tone: 'unknown', word: 'UNKNOWN' },
  covered: { tone: 'notice', word: 'COVERED' },
  moves: { tone: 'notice', word: 'FAILS OVER' },
  stays: { tone: 'up', word: 'STAYS' },
}

export const worstWhatIfFirst = Object.keys(whatIfOutcomeStatuses) as WhatIfOutcome[]

export const whatIfOutcomeMeanings: Record<WhatIfOutcome, string> = {
  stranded: 'no route left',
  internet: 'leaves to the Internet',
  default_only: 'only a default route covers it',
  unknown: 'a circuit, path or table is not known',
  covered: 'by a shorter prefix',
  moves: 'to another path',
  stays: 'on fewer of its paths',
}

export const lossKindLabels: Record<LostResourceKind, string> = {
  circuit: 'circuit',
  path: 'path',
  gateway: 'gateway',
  instance: 'instance',
  hub: 'hub',
  port: 'port',
  lag: 'LAG',
  link: 'link of a port',
  member: 'port of a LAG',
  connection: 'connection',
  hub_connection: 'connection of a hub',
  location: 'location',
  provider: 'provider',
  router: 'router',
}

export const loadMethodLabels: Record<LoadMethod, string> = {
  aligned: 'sum of both at the same time, p95 of 30 days',
  sum_of_p95: 'p95 added: too few common samples',
  unchanged: 'as now',
  too_few_samples: 'too few samples',
}

export const whatIfLimitNames: Record<WhatIfLimit['name'], string> = {
  vnet_links: 'Virtual networks on the circuit',
  connections: 'Connections of the gateway',
  fastpath_routes: 'Addresses of FastPath',
  hub_prefixes: 'Prefixes of the hub',
  hub_peer_prefixes: 'Prefixes of one BGP peer of the hub',
  user_vpn_clients: 'Devices of VPN users',
  circuits_in_region: 'Circuits of the subscription in the region',
  circuits_in_subscription: 'Circuits of the subscription',
  circuits_in_location: 'Circuits of one peering location',
  advertised_prefixes: 'Prefixes announced over the connection',
  learned_prefixes: 'Prefixes that the gateway learns',
  peering_prefixes: 'Prefixes received on the peering',
  gateway_throughput: 'Throughput of the gateway, p95 of 30 days',
  path_bandwidth: 'Bandwidth of the path',
}

const between = (least: string, most: string, word = '–') => (least === most ? most : `${least} ${word} ${most}`)

/** Formats the used part of a limit, with bounds if it is uncertain: `1,204 of 4,000`, `0 – 3 of 4,000`. */
export const formatLimitBounds = (
  { atLeast, atMost, limit }: Pick<WhatIfLimit, 'atLeast' | 'atMost' | 'limit'>,
  format: (value: number) => string,
): string => `${between(format(atLeast), format(atMost))} of ${format(limit)}`

/**
 * Formats an amount that is known within bounds: `$1,204 to $1,310`. The word "to" is used because a dash could be read
 * as a minus sign. Equal bounds are shown once.
 */
export const formatMoneyBounds = (
  { atLeast, atMost }: { atLeast: MoneyAmount; atMost: MoneyAmount },
  format: (money: MoneyAmount) => string,
): string => between(format(atLeast), format(atMost), 'to')

/**
 * Formats the distinct paths to a prefix: `ckt-lon primary + secondary`. A path that belongs to no circuit has the name
 * of its neighbor.
 */
export function formatWhatIfPaths(paths: readonly WhatIfPath[], nameOf: (id: string) => string): string {
  const byCircuit = Map.groupBy(paths, ({ circuitId, peer }) =>
    circuitId === null ? `via ${peer ?? 'unknown'}` : nameOf(circuitId),
  )
  return [...byCircuit]
    .map(([name, own]) =>
      [name, [...new Set(own.flatMap(({ path }) => path ?? []))].join(' + ')].filter(Boolean).join(' '),
    )
    .join(', ')
}

/**
 * Returns the worst effect of a single failure as text, with the affected sites. In the number of cut-off prefixes,
 * each prefix counts once. The other numbers are numbers of routes, in which a prefix counts once for each route table
 * that contains it.
 */
export function summarizeN1Effect(
  one: Pick<N1Case, 'strandedPrefixes' | 'internet' | 'unknown' | 'reduced' | 'moves' | 'defaultOnly' | 'sites'>,
): {
  tone: StateTone
  text: string
  sites: (string | null)[]
} {
  const sitesWith = (of: (site: N1Case['sites'][number]) => number) =>
    one.sites.filter((site) => of(site) > 0).map(({ site }) => site)
  if (one.strandedPrefixes > 0) {
    const text = `${formatCountWithPlural(one.strandedPrefixes, 'prefix', 'prefixes')} cut off`
    return { tone: 'down', text, sites: sitesWith(({ stranded }) => stranded) }
  }
  if (one.internet > 0) {
    const text = `${formatCountWithPlural(one.internet, 'route')} to the Internet`
    return { tone: 'degraded', text, sites: sitesWith(({ internet }) => internet) }
  }
  if (one.unknown > 0)
    return {
      tone: 'unknown',
      text: `${formatCountWithPlural(one.unknown, 'route')} not known`,
      sites: sitesWith(({ unknown }) => unknown),
    }
  const text = one.moves + one.defaultOnly > 0 ? 'fails over' : 'fewer paths'
  return { tone: 'off', text, sites: sitesWith(({ changed }) => changed) }
}

/**
 * Sorts failures by the number of cut-off prefixes, largest first. A prefix that is cut off in several route tables
 * counts once.
 */
export const sortN1ByImpact = (cases: readonly N1Case[]): N1Case[] =>
  cases.toSorted((a, b) => b.strandedPrefixes - a.strandedPrefixes)

/** Formats the number of routes that would fail over: `34 routes, 2 by a default route only`; null = none. */
export function formatFailover({ moves, defaultOnly }: Pick<N1Case, 'moves' | 'defaultOnly'>): string | null {
  const all = moves + defaultOnly
  return all === 0
    ? null
    : `${formatCountWithPlural(all, 'route')}${defaultOnly > 0 ? `, ${defaultOnly} by a default route only` : ''}`
}

/** Formats the names of the hindrances of a move, each once: `Static VPN route, Full circuit`; null = none. */
export function formatHindranceNames(move: Pick<TrafficMove, 'hindrances'> | null): string | null {
  const names = new Set((move?.hindrances ?? []).map(({ kind }) => hindranceKinds[kind].name))
  return names.size === 0 ? null : [...names].join(', ')
}

/**
 * Formats the progress of the computation of double failures (N-2): `412 of 1,225 pairs, 14 s, about 28 s left`.
 * @param now epoch milliseconds
 */
export function formatN2Progress(
  { state, done, all, startedAt }: Pick<DoubleLosses, 'state' | 'done' | 'all' | 'startedAt'>,
  now: number,
): string {
  if (state === 'queued' || startedAt === null) return 'waiting for a worker'
  const elapsed = Math.max(0, now - Date.parse(startedAt))
  if (all === null) return `reading the tables, ${formatDuration(elapsed)}`
  return [
    `${formatCountWithSeparators(done)} of ${formatCountWithSeparators(all)} pairs`,
    formatDuration(elapsed),
    ...(done === 0 ? [] : [`about ${formatDuration((elapsed / done) * (all - done))} left`]),
  ].join(', ')
}
