/** Formats a router's configuration for BIRD 2 from its announcements and neighbors. */
import type { SimulatedRoute } from '../topology.ts'

/**
 * Routes that are announced to a neighbor: only the router's own routes, or routes that were learned from the named
 * neighbors.
 */
export type BirdRouteExportSelection = 'own' | { readonly learnedFrom: readonly string[] }

export interface BirdNeighbor {
  /** The session's name in the daemon, for example `msee_primary`. */
  readonly name: string
  readonly local: string
  readonly address: string
  readonly asn: number
  readonly bfd: boolean
  readonly passes: BirdRouteExportSelection
}

/** An own route of a router, as its neighbors receive it. */
export type OwnRoute = Pick<SimulatedRoute, 'prefix' | 'path'>

/**
 * The local preference of routes to these prefixes from a neighbor. The highest value wins (RFC 4271 section 5.1.5).
 */
export interface NeighborLocalPreference {
  readonly neighbor: string
  readonly prefixes: readonly string[]
  readonly localPref: number
}

export interface BgpSpeaker {
  readonly name: string
  readonly routerId: string
  readonly asn: number
  readonly neighbors: readonly BirdNeighbor[]
}

export interface BgpSpeakerPolicy {
  readonly routes: readonly OwnRoute[]
  readonly preferences?: readonly NeighborLocalPreference[]
}

/**
 * Keepalive interval in seconds. The timers are shorter than the usual 60 and 180 s, so that the hold timer and not the
 * timeout of a test decides when a silent loss is noticed. The ratio stays about one to three (RFC 4271 section 10).
 */
const KEEPALIVE_S = 3
export const HOLD_S = 10
/** RFC 5880: three missed packets at an interval of 300 ms end the session. */
const BFD = 'interval 300 ms; multiplier 3;'

const list = (prefixes: readonly string[]): string => `[ ${prefixes.join(', ')} ]`

/**
 * Returns filter lines for own routes whose path has more ASNs than the router's own. The further ASNs are prepended on
 * export.
 */
function prepending(routes: readonly OwnRoute[]): string[] {
  const byPath = Map.groupBy(routes, ({ path }) =>
    path
      .slice(1)
      .filter((asn) => asn !== null)
      .toReversed()
      .join(' '),
  )
  return [...byPath].flatMap(([path, same]) =>
    path === ''
      ? []
      : [
          `if net ~ ${list(same.map(({ prefix }) => prefix.text))} then {`,
          ...path.split(' ').map((asn) => `  bgp_path.prepend(${asn});`),
          '}',
        ],
  )
}

function exportFilter(passes: BirdRouteExportSelection, routes: readonly OwnRoute[]): string {
  const lines =
    passes === 'own'
      ? ['if source != RTS_STATIC then reject;', ...prepending(routes), 'accept;']
      : [...passes.learnedFrom.map((name) => `if proto = "${name}" then accept;`), 'reject;']
  return `filter { ${lines.join('\n')} }`
}

function importFilter(neighbor: BirdNeighbor, preferences: readonly NeighborLocalPreference[]): string {
  const own = preferences.filter((preference) => preference.neighbor === neighbor.name)
  const lines = own.map(({ prefixes, localPref }) => `if net ~ ${list(prefixes)} then bgp_local_pref = ${localPref};`)
  return own.length === 0 ? 'all' : `filter { ${[...lines, 'accept;'].join('\n')} }`
}

function session(speaker: BgpSpeaker, neighbor: BirdNeighbor, { routes, preferences = [] }: BgpSpeakerPolicy): string {
  return `protocol bgp ${neighbor.name} {
  debug { states, events, packets };
  local ${neighbor.local} as ${speaker.asn};
  neighbor ${neighbor.address} as ${neighbor.asn};
  direct;
  hold time ${HOLD_S};
  keepalive time ${KEEPALIVE_S};
  connect delay time 1;
  connect retry time 2;
  error wait time 1, 2;
  ${neighbor.bfd ? 'bfd on;' : ''}
  ipv4 {
    import ${importFilter(neighbor, preferences)};
    export ${exportFilter(neighbor.passes, routes)};
  };
}`
}

/**
 * Formats the configuration.
 * @param logFile file in which the daemon logs each state change of its sessions and each message, with microseconds
 */
export function birdConfig(speaker: BgpSpeaker, policy: BgpSpeakerPolicy, logFile: string): string {
  const own = policy.routes.map(({ prefix }) => `  route ${prefix.text} blackhole;`)
  return [
    `router id ${speaker.routerId};`,
    `log "${logFile}" all;`,
    ...['base', 'protocol', 'route', 'log'].map((what) => `timeformat ${what} iso long us;`),
    'protocol device { scan time 1; }',
    'protocol kernel { merge paths on; ipv4 { import none; export where source != RTS_STATIC; }; }',
    ...(speaker.neighbors.some(({ bfd }) => bfd) ? [`protocol bfd { interface "*" { ${BFD} }; }`] : []),
    `protocol static own { ipv4;\n${own.join('\n')}\n}`,
    ...speaker.neighbors.map((neighbor) => session(speaker, neighbor, policy)),
    '',
  ].join('\n')
}
