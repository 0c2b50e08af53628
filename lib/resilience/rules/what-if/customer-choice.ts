import {
  computeAsPathLength,
  findBestCandidates,
  type ReportedPreference,
  chooseRouterRoutes,
  type RoutingPreference,
} from '#lib/bgp/index.ts'
import { memoizePerObject } from '#lib/bgp/memoize.ts'
import type { WhatIfUncertaintyReason, DecidingAttribute, PreferenceBasis } from '../../api/index.ts'
import type { RouteTableAtom } from './table-atoms.ts'
import { formatCircuitPathKey, type WhatIfRouterReport, type WhatIfRoute } from './what-if-route.ts'

type Reported = Extract<WhatIfRouterReport, { is: 'reported' }>

/** The way in which the what-if decides which routes to a prefix the customer's routers use. */
interface Choice {
  is: PreferenceBasis['is']
  /** Reason why the choice is only assumed; null = reports of the routers decide. */
  because: WhatIfUncertaintyReason | null
}

/**
 * Returns the way in which the choice between routes to a prefix is decided: by reports of the customer's routers, or
 * by assumptions. If no report covers a VPN, it is assumed that the VPN is used only if nothing else remains. The
 * result is cached by the list of routes, because many what-ifs use the same list.
 * @param routes all routes to the prefix, including lost ones
 */
const choiceOf = memoizePerObject((routes: readonly WhatIfRoute[]): Choice => {
  const whole = whatLacks(routes)
  if (whole === null) return { is: 'reported', because: null }
  const ofVpns = routes.filter((route) => !isOfCircuit(route))
  if (ofVpns.every(({ report }) => report?.is === 'reported')) return { is: 'assumed', because: whole }
  const isOneUsed = ofVpns.some(({ report }) => report?.is === 'reported' && report.isUsed)
  const because = isOneUsed ? 'own_table_differs' : whatLacks(routes.filter(isOfCircuit))
  return because === null ? { is: 'partly_reported', because } : { is: 'assumed', because }
})

/**
 * Returns the reason why the routers' reports cannot rank these routes; null if they can. Every route must be reported,
 * and by routers of the same AS, because local preferences of different ASes cannot be compared. If a router uses
 * another route than the one with the best attributes, the attributes do not decide.
 */
function whatLacks(routes: readonly WhatIfRoute[]): WhatIfUncertaintyReason | null {
  const missing = routes.flatMap(({ report }) => (report?.is === 'reported' ? [] : lackOf(report)))
  // Any other reason is preferred to `no_router`, because it is more specific.
  const [because] = [...missing.filter((one) => one !== 'no_router'), ...missing]
  if (because !== undefined || routes.length === 0) return because ?? 'no_router'
  if (new Set(routes.map((route) => preferenceOf(route).asn)).size > 1) return 'several_asns'
  // A used route that is not the best by its attributes has one of these reasons: the routers decide by weights or by
  // the IGP, or they do not exchange their routes with each other.
  const best = new Set(chooseRouterRoutes(routes, preferenceOf).best)
  return routes.some((route) => preferenceOf(route).isUsed && !best.has(route)) ? 'own_table_differs' : null
}

/** Returns the reason why the report about a route is missing or incomplete. */
const lackOf = (report: WhatIfRouterReport | undefined): WhatIfUncertaintyReason[] =>
  report?.is === 'not_known' ? [report.because] : ['no_router']

const isOfCircuit = ({ transport }: WhatIfRoute) => transport === 'er'

/**
 * Returns the report of the customer's router about a route. It contains the preference of the route, for example its
 * local preference.
 * @throws RangeError if no router reports the route
 */
function preferenceOf({ report }: WhatIfRoute): Reported {
  if (report?.is !== 'reported') throw new RangeError('a route that no router reports has no preference')
  return report
}

/**
 * Returns the routes that the customer's routers use after a failure. If the reports are sufficient, they decide.
 * Otherwise it is assumed that the shortest AS path is used, and that ExpressRoute is preferred to VPN.
 * @param left routes that remain
 * @param all all routes to the prefix; they decide whether the reports are used
 */
export function selectCustomerBestRoutes(
  left: readonly WhatIfRoute[],
  all: readonly WhatIfRoute[],
  preference: RoutingPreference,
): readonly WhatIfRoute[] {
  const { is } = choiceOf(all)
  const ranked = is === 'assumed' ? [] : rankedOf(left, is)
  return ranked.length === 0 ? findBestCandidates(left, preference) : chooseRouterRoutes(ranked, preferenceOf).best
}

/** Returns the routes that can be ranked by the reports. All other routes are ranked after them. */
const rankedOf = (routes: readonly WhatIfRoute[], is: 'reported' | 'partly_reported') =>
  is === 'reported' ? routes : routes.filter(isOfCircuit)

const ORDER: readonly PreferenceBasis['is'][] = ['reported', 'partly_reported', 'assumed']

/**
 * Returns the way in which the routers' choice is decided for a row of the customer's side.
 * @param decisive atoms whose prefixes decide before and after the failure, and the atom of the row itself, whose
 *   routes may be refused; null = no route contains the addresses
 * @returns null if no route is offered
 */
export function getPreferenceBasis(decisive: readonly (RouteTableAtom | null)[]): PreferenceBasis | null {
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

/** Returns the way in which the routers' choice is decided for one prefix. The result is cached for the atom. */
const basisOfPrefix = memoizePerObject(({ routes, refused }: RouteTableAtom): PreferenceBasis => {
  // If the routers refuse all routes, the refusals are reports, so nothing is assumed.
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
  as_path: (preference) => String(computeAsPathLength(preference)),
  origin: ({ origin }) => origin ?? 'unknown',
  med: ({ med }) => String(med ?? 0),
}

/** Returns the reported attributes of each path. A path that several instances of a gateway have is returned once. */
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
    const key = circuit === null ? `${peer}` : formatCircuitPathKey(circuit, peering, path ?? '')
    return said ? [[key, { circuitId: circuit, peering, path, ...said }] as const] : []
  })
  return [...new Map(found).values()]
}
