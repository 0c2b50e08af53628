import {
  asPathLength,
  bestToPrefix,
  type ReportedPreference,
  routerChoice,
  type RoutingPreference,
} from '#lib/bgp/index.ts'
import { oncePerObject } from '#lib/bgp/once.ts'
import type { AssumedBecause, DecidingAttribute, PreferenceBasis } from '../../api/index.ts'
import type { Atom } from './atoms.ts'
import { pathKey, type WhatIfRouterReport, type WhatIfRoute } from './what-if-route.ts'

type Reported = Extract<WhatIfRouterReport, { is: 'reported' }>

/** How the customer's routers choose between the routes to one prefix. */
interface Choice {
  is: PreferenceBasis['is']
  /** why it is assumed; null = it is reported */
  because: AssumedBecause | null
}

/**
 * Returns how the customer's routers choose. A VPN that no router reports is taken to come last, unless a router uses one. Routes to one prefix are
 * the same list in question after question.
 * @param routes all routes to one prefix, whatever is lost
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
 * Why reports do not rank these routes; null = they do. All of them have to be reported and by routers of one AS: a local preference that is
 * known says nothing beside one that is not, those of two ASs are not comparable, and a router that uses another route than they decide
 * goes by something else.
 */
function whatLacks(routes: readonly WhatIfRoute[]): AssumedBecause | null {
  const missing = routes.flatMap(({ report }) => (report?.is === 'reported' ? [] : lackOf(report)))
  // that a router's report lacks something says more than that there is no router
  const [because] = [...missing.filter((one) => one !== 'no_router'), ...missing]
  if (because !== undefined || routes.length === 0) return because ?? 'no_router'
  if (new Set(routes.map((route) => preferenceOf(route).asn)).size > 1) return 'several_asns'
  // weights or the IGP decide, or routers of one AS do not pass on to each other what they prefer
  const best = new Set(routerChoice(routes, preferenceOf).best)
  return routes.some((route) => preferenceOf(route).isUsed && !best.has(route)) ? 'own_table_differs' : null
}

/** A route that is refused is not ranked. */
const lackOf = (report: WhatIfRouterReport | undefined): AssumedBecause[] =>
  report?.is === 'not_known' ? [report.because] : ['no_router']

const isOfCircuit = ({ transport }: WhatIfRoute) => transport === 'er'

/** @throws RangeError for a route that is not reported */
function preferenceOf({ report }: WhatIfRoute): Reported {
  if (report?.is !== 'reported') throw new RangeError('a route that no router reports has no preference')
  return report
}

/**
 * The best of what is left of the routes to one prefix, as the customer's routers choose: by what they report where that decides, else by AS path,
 * ExpressRoute before VPN.
 * @param all of the routes to the prefix, which say by what it is chosen
 */
export function bestForCustomer(
  left: readonly WhatIfRoute[],
  all: readonly WhatIfRoute[],
  preference: RoutingPreference,
): readonly WhatIfRoute[] {
  const { is } = choiceOf(all)
  const ranked = is === 'assumed' ? [] : rankedOf(left, is)
  return ranked.length === 0 ? bestToPrefix(left, preference) : routerChoice(ranked, preferenceOf).best
}

/** The routes that reports rank; the others come after them. */
const rankedOf = (routes: readonly WhatIfRoute[], is: 'reported' | 'partly_reported') =>
  is === 'reported' ? routes : routes.filter(isOfCircuit)

const ORDER: readonly PreferenceBasis['is'][] = ['reported', 'partly_reported', 'assumed']

/**
 * What a row of the customer's side rests on.
 * @param decisive the atoms whose prefixes decide before and after, and the row's own, where a router may refuse what is offered; null = none does
 * @returns null = nothing is offered
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

/** The same prefixes decide in case after case. */
const basisOfPrefix = oncePerObject(({ routes, refused }: Atom): PreferenceBasis => {
  // where all is refused, that is reported
  const { is, because } = routes.length === 0 ? { is: 'reported' as const, because: null } : choiceOf(routes)
  const parted = is === 'assumed' ? null : decidingAttribute(rankedOf(routes, is))
  return { is, because, parted, routes: evidenceOf(routes), refused: refusalsOf(refused) }
})

function decidingAttribute(routes: readonly WhatIfRoute[]): DecidingAttribute | null {
  const { best, parted } = routerChoice(routes, preferenceOf)
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

/** A path once, though several instances of a gateway stand behind it. */
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
