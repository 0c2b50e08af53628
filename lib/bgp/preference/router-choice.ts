import { type AsPath, asPathLength } from '../as-path.ts'

/** What a router's choice between routes to one prefix rests on, as the router reports it after its own policy. */
export interface ReportedPreference extends AsPath {
  /** its degree of preference, RFC 4271 section 5.1.5 */
  localPref: number
  /** of the session: a policy may prepend, so that the path need not begin with it */
  neighborAsn: number
  /** null = not known */
  origin: 'igp' | 'egp' | 'incomplete' | null
  /** null = the route carries none */
  med: number | null
}

/** The step that left the last of the others behind. */
type ReportedRule = 'local_preference' | 'as_path' | 'origin' | 'med'

/** Which of a group stay. */
type Step = (group: readonly ReportedPreference[]) => (one: ReportedPreference) => boolean

const least =
  (key: (one: ReportedPreference) => number): Step =>
  (group) => {
    const best = Math.min(...group.map(key))
    return (one) => key(one) === best
  }

const ORIGINS = ['igp', 'egp', 'incomplete'] as const

/** Passed over unless the origin of every route in question is known. */
const lowestOrigin: Step = (group) =>
  group.some(({ origin }) => origin === null)
    ? () => true
    : least(({ origin }) => (origin === null ? 0 : ORIGINS.indexOf(origin)))(group)

const medOf = ({ med }: ReportedPreference) => med ?? 0

/** Only between routes of one neighboring AS; a route without MED has the lowest there is. */
const lowestMed: Step = (group) => {
  const lowest = new Map<number, number>()
  for (const one of group) {
    lowest.set(one.neighborAsn, Math.min(lowest.get(one.neighborAsn) ?? Infinity, medOf(one)))
  }
  return (one) => medOf(one) === lowest.get(one.neighborAsn)
}

/**
 * RFC 4271: the highest degree of preference (section 9.1.2), then section 9.1.2.2 a (AS path), b (origin) and c (MED). Steps d to g (eBGP
 * before iBGP, the interior cost, BGP identifier, address) distinguish what each router of an AS learned itself, and stand in no report.
 */
const STEPS: readonly (readonly [ReportedRule, Step])[] = [
  ['local_preference', least(({ localPref }) => -localPref)],
  ['as_path', least(asPathLength)],
  ['origin', lowestOrigin],
  ['med', lowestMed],
]

/**
 * What the routers of one AS take of their routes to one prefix, by what they report of all of them.
 * @returns best: several where no step parts them; empty for no routes. parted: the step that left the last others, and those; null = none did
 */
export function routerChoice<Route>(
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
