import {
  asPathLength,
  findBestCandidates,
  type ReportedPreference,
  chooseRouterRoutes,
  type RoutingPreference,
} from '#lib/bgp/index.ts'
import { oncePerObject } from '#lib/bgp/once.ts'
import type { AssumedBecause, DecidingAttribute, PreferenceBasis } from '../../api/index.ts'
import type { Atom } from './atoms.ts'
import { pathKey, type WhatIfRouterReport, type WhatIfRoute } from './what-if-route.ts'

type Reported = Extract<WhatIfRouterReport, { is: 'reported' }>

/** Basis on which the what-if decides between the customer routers' routes to one prefix. */
interface Choice {
  is: PreferenceBasis['is']
  /** reason why the choice is assumed; null = the routers report it */
  because: AssumedBecause | null
}

/**
 * Returns on what the choice of the customer's routers is based. A VPN that no router reports is assumed to come last,
 * unless a router uses a VPN. The result is cached by the list of routes, because the same list is used in many
 * what-ifs.
 * @param routes all routes to one prefix, including lost ones
 */
const choiceOf = oncePerObject((routes: readonly WhatIfRoute[]): Choice => {
  const whole = whatLacks(routes)
  if (whole === null) return { is: 'reported', because: null }
  const ofVpns = routes.filter((route) => !isOfCircuit(route))
  if (ofVpns.every(({ report }) => report?.is === 'reported')) return { is: 'assumed', because: whole }
  const isOneUsed = ofVpns.some(({ report }) => report?.is === 'reported' && report.isUsed)
  const because = isOneUsed ? 'own_table_differs' : whatLacks(routes.filter(isOfCircuit))
  return because === null ? { is: 'partly_reported', because } : { is: 'assumed', because }
})

/**
 * Returns why router reports cannot rank these routes; null if they can. All routes must be reported by routers of one
 * AS, because a known local preference cannot be compared with an unknown one or with one of another AS. If a router
 * uses another route than its reported attributes suggest, other criteria are involved.
 */
function whatLacks(routes: readonly WhatIfRoute[]): AssumedBecause | null {
  const missing = routes.flatMap(({ report }) => (report?.is === 'reported' ? [] : lackOf(report)))
  // a missing detail in a router's report is a more precise reason than the absence of a reporting router
  const [because] = [...missing.filter((one) => one !== 'no_router'), ...missing]
  if (because !== undefined || routes.length === 0) return because ?? 'no_router'
  if (new Set(routes.map((route) => preferenceOf(route).asn)).size > 1) return 'several_asns'
  // if a used route is not the best by its attributes, the routers use weights or the IGP, or routers of one AS do not
  // exchange their preferred routes
  const best = new Set(chooseRouterRoutes(routes, preferenceOf).best)
  return routes.some((route) => preferenceOf(route).isUsed && !best.has(route)) ? 'own_table_differs' : null
}

/** Returns why a route has no complete report; empty for a refused route, because it is not ranked. */
const lackOf = (report: WhatIfRouterReport | undefined): AssumedBecause[] =>
  report?.is === 'not_known' ? [report.because] : ['no_router']

const isOfCircuit = ({ transport }: WhatIfRoute) => transport === 'er'

/**
 * Returns the reported preference of a route.
 * @throws RangeError for a route that is not reported
 */
function preferenceOf({ report }: WhatIfRoute): Reported {
  if (report?.is !== 'reported') throw new RangeError('a route that no router reports has no preference')
  return report
}

/**
 * Returns the best of the remaining routes to one prefix, as the customer's routers choose. Reports are used if they
 * are complete enough to decide; otherwise the shortest AS path decides, and ExpressRoute precedes VPN.
 * @param all all routes to the prefix, which determine whether reports are used
 */
export function bestForCustomer(
  left: readonly WhatIfRoute[],
  all: readonly WhatIfRoute[],
  preference: RoutingPreference,
): readonly WhatIfRoute[] {
  const { is } = choiceOf(all)
  const ranked = is === 'assumed' ? [] : rankedOf(left, is)
  return ranked.length === 0 ? findBestCandidates(left, preference) : chooseRouterRoutes(ranked, preferenceOf).best
}

/** Returns the routes that can be ranked by router reports. All other routes come after them. */
const rankedOf = (routes: readonly WhatIfRoute[], is: 'reported' | 'partly_reported') =>
  is === 'reported' ? routes : routes.filter(isOfCircuit)

const ORDER: readonly PreferenceBasis['is'][] = ['reported', 'partly_reported', 'assumed']

/**
 * Returns the basis of the routers' choice for a row on the customer's side.
 * @param decisive the atoms whose prefixes decide before and after, and the row's own atom, whose routes a router may
 *   refuse; null = the addresses have no route
 * @returns null if no route is offered
 */
export function basisOf(decisive: readonly (Atom | null)[]): PreferenceBasis | null {
  const own = [...new Set(decisive)].flatMap((atom) =>
    atom && atom.routes.length + atom.refused.length > 0 ? [basisOfPrefix(atom)] : [],
  )
  const [first] = own
  if (!first || own.length === 1) return first ?? null
  const worst = own.reduce((a, b) => (ORDER.indexOf(b.is) > ORDER.indexOf(a.is) ? b : a))
  const { is, because } = worst
  const [routes, refused] = [own.flatMap((one) => one.routes), own.flatMap((one) => one.refused)]
  return { is, because, parted: first.parted, routes, refused }
}

/** Returns the basis of the routers' choice for one prefix, cached because the same prefixes decide in many cases. */
const basisOfPrefix = oncePerObject(({ routes, refused }: Atom): PreferenceBasis => {
  // if all routes are refused, the refusals themselves are the reports
  const { is, because } = routes.length === 0 ? { is: 'reported' as const, because: null } : choiceOf(routes)
  const parted = is === 'assumed' ? null : decidingAttribute(rankedOf(routes, is))
  return { is, because, parted, routes: evidenceOf(routes), refused: refusalsOf(refused) }
})

function decidingAttribute(routes: readonly WhatIfRoute[]): DecidingAttribute | null {
  const { best, parted } = chooseRouterRoutes(routes, preferenceOf)
  const [ahead, behind] = [best[0], parted?.from[0]]
  if (!parted || !ahead || !behind) return null
  const value = (route: WhatIfRoute) => VALUES[parted.by](preferenceOf(route))
  return { by: parted.by, better: value(ahead), worse: value(behind) }
}

const VALUES: Record<DecidingAttribute['by'], (one: ReportedPreference) => string> = {
  local_preference: ({ localPref }) => String(localPref),
  as_path: (preference) => String(asPathLength(preference)),
  origin: ({ origin }) => origin ?? 'unknown',
  med: ({ med }) => String(med ?? 0),
}

/** Returns the reported attributes of each path once, even if several instances of a gateway use the path. */
function evidenceOf(routes: readonly WhatIfRoute[]): PreferenceBasis['routes'] {
  return oncePerPath(routes, (route) => {
    if (route.report?.is !== 'reported') return null
    const { router, localPref, med, asPath, asPathText, communities, isUsed } = route.report
    return { router, localPref, med, asPath: [...asPath], asPathText, communities: [...communities], isUsed }
  })
}

const refusalsOf = (routes: readonly WhatIfRoute[]): PreferenceBasis['refused'] =>
  oncePerPath(routes, ({ report }) => (report?.is === 'refused' ? { router: report.router } : null))

function oncePerPath<Said extends object>(
  routes: readonly WhatIfRoute[],
  saidOf: (route: WhatIfRoute) => Said | null,
): (Said & Pick<PreferenceBasis['refused'][number], 'circuitId' | 'peering' | 'path'>)[] {
  const found = routes.flatMap((route) => {
    const { circuit, path, peering, peer } = route
    const said = saidOf(route)
    const key = circuit === null ? `${peer}` : pathKey(circuit, peering, path ?? '')
    return said ? [[key, { circuitId: circuit, peering, path, ...said }] as const] : []
  })
  return [...new Map(found).values()]
}
