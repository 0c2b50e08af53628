import { type AsPath, computeAsPathLength } from '../as-path.ts'

/**
 * Attributes that decide a router's choice between routes to one prefix, as the router reports them after its own
 * policy.
 */
export interface ReportedPreference extends AsPath {
  /** degree of preference, RFC 4271 section 5.1.5 */
  localPref: number
  /** ASN of the session's neighbor; the path need not begin with it, because a policy may prepend */
  neighborAsn: number
  /** BGP origin; null = unknown */
  origin: 'igp' | 'egp' | 'incomplete' | null
  /** multi-exit discriminator; null = the route has none */
  med: number | null
}

/**
 * Name of a step of best-path selection (RFC 4271). {@link chooseRouterRoutes} returns the last step that removed
 * routes.
 */
type ReportedRule = 'local_preference' | 'as_path' | 'origin' | 'med'

/**
 * Function for one step of best-path selection. It takes a group of routes and returns a predicate, which reports
 * whether a route of the group is kept.
 */
type Step = (group: readonly ReportedPreference[]) => (one: ReportedPreference) => boolean

const least =
  (key: (one: ReportedPreference) => number): Step =>
  (group) => {
    const best = Math.min(...group.map(key))
    return (one) => key(one) === best
  }

const ORIGINS = ['igp', 'egp', 'incomplete'] as const

/** Keeps the routes with the lowest origin. Skipped unless the origin of every route is known. */
const lowestOrigin: Step = (group) =>
  group.some(({ origin }) => origin === null)
    ? () => true
    : least(({ origin }) => (origin === null ? 0 : ORIGINS.indexOf(origin)))(group)

const medOf = ({ med }: ReportedPreference) => med ?? 0

/**
 * Keeps the routes with the lowest MED, compared only between routes of the same neighboring AS. A missing MED counts
 * as 0, the lowest value.
 */
const lowestMed: Step = (group) => {
  const lowest = new Map<number, number>()
  for (const one of group) {
    lowest.set(one.neighborAsn, Math.min(lowest.get(one.neighborAsn) ?? Infinity, medOf(one)))
  }
  return (one) => medOf(one) === lowest.get(one.neighborAsn)
}

/**
 * Steps of best-path selection in the order of RFC 4271: the highest degree of preference (section 9.1.2), then section
 * 9.1.2.2 a (AS path), b (origin) and c (MED). Steps d to g (eBGP before iBGP, interior cost, BGP identifier, address)
 * are left out, because they depend on which router of an AS learned the route, and the reports do not contain this
 * information.
 */
const STEPS: readonly (readonly [ReportedRule, Step])[] = [
  ['local_preference', least(({ localPref }) => -localPref)],
  ['as_path', least(computeAsPathLength)],
  ['origin', lowestOrigin],
  ['med', lowestMed],
]

/**
 * Returns the routes to one prefix that the routers of one AS prefer, based on the attributes that they report.
 * @returns `best`: several routes if no step separates them, empty if there are no routes. `parted`: the last step that
 *   removed routes, and the removed routes; null if no step removed any
 */
export function chooseRouterRoutes<Route>(
  routes: readonly Route[],
  preferenceOf: (route: Route) => ReportedPreference,
): { best: readonly Route[]; parted: { by: ReportedRule; from: readonly Route[] } | null } {
  let best = routes
  let parted: { by: ReportedRule; from: readonly Route[] } | null = null
  for (const [by, step] of STEPS) {
    if (best.length < 2) break
    const stays = step(best.map(preferenceOf))
    const from = best.filter((route) => !stays(preferenceOf(route)))
    if (from.length === 0) continue
    parted = { by, from }
    best = best.filter((route) => stays(preferenceOf(route)))
  }
  return { best, parted }
}
