import { bestToPrefix, type ReportedPreference, type RoutingPreference, routerChoice } from '#lib/bgp/index.ts'
import type { AssumedBecause, PartedBy, PreferenceBasis } from '#lib/contract/index.ts'
import { pathKey, type RouterReport, type WhatIfRoute } from './what-if-route.ts'

type Reported = Extract<RouterReport, { is: 'reported' }>

/** How the customer's routers choose between the routes to one prefix. */
interface Choice {
  is: PreferenceBasis['is']
  /** why it is assumed; null = it is reported */
  because: AssumedBecause | null
}

/** Routes to one prefix are the same list in question after question. */
const choices = new WeakMap<readonly WhatIfRoute[], Choice>()

/**
 * A choice rests on reports only where all routes of circuits are reported and by routers of one AS: a local preference that is known says
 * nothing beside one that is not, those of two ASs are not comparable, and a router that uses another route than they decide goes by something else.
 * @param routes all of them to one prefix, whatever is lost
 */
function choiceOf(routes: readonly WhatIfRoute[]): Choice {
  const known = choices.get(routes)
  if (known) return known
  const found = judge(routes)
  choices.set(routes, found)
  return found
}

function judge(routes: readonly WhatIfRoute[]): Choice {
  const ofCircuits = routes.filter(isOfCircuit)
  const reports = ofCircuits.map(({ report }) => report)
  const missing = reports.flatMap((report) => (report?.is === 'reported' ? [] : [report?.because ?? 'no_router']))
  const [because] = missing
  if (because !== undefined) {
    // the others may be reported: what lacks says more than that something does
    return { is: 'assumed', because: missing.find((one) => one !== 'no_router') ?? because }
  }
  const asns = new Set(reports.map((report) => (report?.is === 'reported' ? report.asn : null)))
  if (asns.size !== 1) return { is: 'assumed', because: ofCircuits.length === 0 ? 'no_router' : 'several_asns' }
  // weights or the IGP decide, or routers of one AS do not pass on to each other what they prefer
  const best = new Set(routerChoice(ofCircuits, preferenceOf).best)
  if (ofCircuits.some((route) => preferenceOf(route).isUsed && !best.has(route))) {
    return { is: 'assumed', because: 'own_table_differs' }
  }
  return { is: ofCircuits.length < routes.length ? 'partly_reported' : 'reported', because: null }
}

const isOfCircuit = ({ transport }: WhatIfRoute) => transport === 'er'

/** @throws RangeError for a route that is not reported */
function preferenceOf({ report }: WhatIfRoute): Reported {
  if (report?.is !== 'reported') throw new RangeError('a route that no router reports has no preference')
  return report
}

/**
 * The best of what is left of the routes to one prefix, as the customer's routers choose: by what they report where that decides, else by AS path,
 * ExpressRoute before VPN. A VPN is always assumed to come last.
 * @param all of the routes to the prefix, which say by what it is chosen
 */
export function bestForCustomer(
  left: readonly WhatIfRoute[],
  all: readonly WhatIfRoute[],
  preference: RoutingPreference,
): readonly WhatIfRoute[] {
  const ofCircuits = left.filter(isOfCircuit)
  if (ofCircuits.length === 0 || choiceOf(all).is === 'assumed') return bestToPrefix(left, preference)
  return routerChoice(ofCircuits, preferenceOf).best
}

const ORDER: readonly PreferenceBasis['is'][] = ['reported', 'partly_reported', 'assumed']

/** The same routes decide in case after case. */
const bases = new WeakMap<readonly WhatIfRoute[], PreferenceBasis>()

/**
 * What a row of the customer's side rests on.
 * @param decisive the routes to the prefixes that decide before and after, all of each; null = no prefix does
 */
export function basisOf(decisive: readonly (readonly WhatIfRoute[] | null)[]): PreferenceBasis | null {
  const own = [...new Set(decisive)].flatMap((routes) => (routes && routes.length > 0 ? [basisOfPrefix(routes)] : []))
  const [first, second] = own
  if (!first || !second) return first ?? null
  return {
    is: ORDER.indexOf(first.is) > ORDER.indexOf(second.is) ? first.is : second.is,
    because: first.because ?? second.because,
    parted: first.parted,
    routes: [...first.routes, ...second.routes],
  }
}

function basisOfPrefix(routes: readonly WhatIfRoute[]): PreferenceBasis {
  const known = bases.get(routes)
  if (known) return known
  const { is, because } = choiceOf(routes)
  const ofCircuits = routes.filter(isOfCircuit)
  const parted = is === 'assumed' ? null : partedBy(ofCircuits)
  const basis = { is, because, parted, routes: evidenceOf(routes) }
  bases.set(routes, basis)
  return basis
}

function partedBy(routes: readonly WhatIfRoute[]): PartedBy | null {
  const { best, parted } = routerChoice(routes, preferenceOf)
  const [ahead, behind] = [best[0], parted?.from[0]]
  if (!parted || !ahead || !behind) return null
  const value = (route: WhatIfRoute) => VALUES[parted.by](preferenceOf(route))
  return { by: parted.by, better: value(ahead), worse: value(behind) }
}

const VALUES: Record<PartedBy['by'], (one: ReportedPreference) => string> = {
  local_preference: ({ localPref }) => String(localPref),
  as_path: ({ asPath }) => String(asPath.length),
  origin: ({ origin }) => origin ?? 'unknown',
  med: ({ med }) => String(med ?? 0),
}

/** A path once, though several instances of a gateway stand behind it. */
function evidenceOf(routes: readonly WhatIfRoute[]): PreferenceBasis['routes'] {
  const found = routes.flatMap(({ circuit, path, peering, report }) => {
    if (report?.is !== 'reported' || circuit === null || path === null) return []
    const { router, localPref, med, asPath, communities, isUsed } = report
    const said = { router, localPref, med, asPath: [...asPath], communities: [...communities], isUsed }
    return [[pathKey(circuit, peering, path), { circuitId: circuit, peering, path, ...said }] as const]
  })
  return [...new Map(found).values()]
}
