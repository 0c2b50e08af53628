/** A router's configuration for BIRD 2, from its announcements and neighbours. */
import type { Route } from '../topology.ts'

/** Whose routes are passed on to a neighbour. */
export type Passes = 'own' | { readonly learnedFrom: readonly string[] }

export interface Neighbor {
  /** The session's name in the daemon, such as `msee_primary`. */
  readonly name: string
  readonly local: string
  readonly address: string
  readonly asn: number
  readonly bfd: boolean
  readonly passes: Passes
}

/** A route of a router's own, as its neighbours are to receive it. */
export type OwnRoute = Pick<Route, 'prefix' | 'path'>

/** What a router thinks of routes to these prefixes from a neighbour; the higher wins (RFC 4271 section 5.1.5). */
export interface Preference {
  readonly neighbor: string
  readonly prefixes: readonly string[]
  readonly localPref: number
}

export interface Speaker {
  readonly name: string
  readonly routerId: string
  readonly asn: number
  readonly neighbors: readonly Neighbor[]
}

export interface Policy {
  readonly routes: readonly OwnRoute[]
  readonly preferences?: readonly Preference[]
}

/**
 * A sixth of 60 and 180 s: with them the hold timer, not the test's patience, decides when a silent loss is noticed
 * (RFC 4271 section 10 keeps the ratio of one to three).
 */
const KEEPALIVE_S = 3
export const HOLD_S = 10
/** RFC 5880: three missed packets of 300 ms end the session. */
const BFD = 'interval 300 ms; multiplier 3;'

const list = (prefixes: readonly string[]): string => `[ ${prefixes.join(', ')} ]`

/** Own routes with a longer path than the router's own number: their further numbers are prepended on export. */
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

function exportFilter(passes: Passes, routes: readonly OwnRoute[]): string {
  const lines =
    passes === 'own'
      ? ['if source != RTS_STATIC then reject;', ...prepending(routes), 'accept;']
      : [...passes.learnedFrom.map((name) => `if proto = "${name}" then accept;`), 'reject;']
  return `filter { ${lines.join('\n')} }`
}

function importFilter(neighbor: Neighbor, preferences: readonly Preference[]): string {
  const own = preferences.filter((preference) => preference.neighbor === neighbor.name)
  const lines = own.map(({ prefixes, localPref }) => `if net ~ ${list(prefixes)} then bgp_local_pref = ${localPref};`)
  return own.length === 0 ? 'all' : `filter { ${[...lines, 'accept;'].join('\n')} }`
}

function session(speaker: Speaker, neighbor: Neighbor, { routes, preferences = [] }: Policy): string {
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

/** @param logFile where the daemon writes each move of its sessions and each message, to the microsecond */
export function birdConfig(speaker: Speaker, policy: Policy, logFile: string): string {
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
