import { canonicalizeAddress, canonicalizePrefix, detectAddressFamily } from '#lib/bgp/index.ts'
import type { RouterRouteAttributes } from '#lib/contract/index.ts'
import type { PeeringLinkId } from '#lib/detection/index.ts'
import {
  readReportingRouters,
  createPastReader,
  readCurrentDeclarations,
  type ReportingRouter,
  readReportedSessions,
  type RouterSession,
} from '#lib/history/index.ts'
import { type RouterRouteAt, readRouterRoutesAt } from '../../store/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatCircuitPathKey, type WhatIfRouterReport } from '../../rules/index.ts'
import { matchRouterSessions, type EstateTopology } from '#lib/questions/index.ts'

import type { ConfiguredPath, WhatIfMoment } from './what-if-facts.ts'

/** Reports (by BMP) of the customer's routers about prefixes that Azure offers to them. */
export interface RouterReports {
  /** Returns the report of the router at the customer's end of a circuit path. */
  ofPath(path: Pick<ConfiguredPath, 'circuit' | 'peering' | 'path'>, prefix: string): WhatIfRouterReport
  /** Returns the report of the router at the customer's end of a VPN. */
  ofTunnel(tunnel: ReportedTunnel, prefix: string): WhatIfRouterReport
}

/**
 * The two ends of a BGP session over a VPN. The ASNs are a part of its identity, because several customers may use the
 * same private addresses.
 */
export interface ReportedTunnel {
  /** Address of the gateway's instance; null = Azure does not report it. */
  instance: string | null
  gatewayAsn: number
  device: string
  /** ASN of the VPN device; null = unknown, because no AS path from it contains an ASN. */
  deviceAsn: number | null
}

const NO_ROUTER: WhatIfRouterReport = { is: 'not_known', because: 'no_router' }
const NOTHING: RouterReports = { ofPath: () => NO_ROUTER, ofTunnel: () => NO_ROUTER }

/**
 * Reads the newest reports of customers' routers at a moment. They are about sessions on circuit paths and sessions
 * over VPN.
 * @param offered resources at this moment, the prefixes that are offered to the customer, and the VPNs that use BGP
 */
export async function readRouterReports(
  q: SqlExecutor,
  offered: { estate: EstateTopology; prefixes: ReadonlySet<string>; tunnels: readonly ReportedTunnel[] },
  { at, now }: WhatIfMoment,
): Promise<RouterReports> {
  const routers = await readReportingRouters(q)
  if (routers.length === 0) return NOTHING
  const sessions = await readReportedSessions(q)
  const joins = matchRouterSessions(
    routers,
    sessions,
    offered.estate,
    await readCurrentDeclarations(createPastReader(q, at)),
  )
  const tunnels = new Set(offered.tunnels.map(tunnelKey))
  const named = sessions.flatMap((session) => {
    const { neighbor, localAddress, neighborAsn, localAsn } = session
    const join = joins.get(session.id)
    if (neighbor === null) return []
    if (join && 'link' in join) return [{ session, key: `${nameOf(join.link)} ${detectAddressFamily(neighbor)}` }]
    if (localAddress === null || neighborAsn === null || localAsn === null) return []
    const ends = { instance: neighbor, gatewayAsn: neighborAsn, device: localAddress, deviceAsn: localAsn }
    return tunnels.has(tunnelKey(ends)) ? [{ session, key: tunnelKey(ends) }] : []
  })
  const { observed, routes, refused } = await readRouterRoutesAt(q, {
    sessions: named.map(({ session }) => session.id),
    prefixes: [...offered.prefixes].flatMap((text) => canonicalizePrefix(text) ?? []),
    at: at ?? now,
  })
  const bySession = Map.groupBy(routes, ({ sessionId }) => sessionId)
  const refusedBy = Map.groupBy(refused, ({ sessionId }) => sessionId)
  const known = new Map<string, KnownReports>()
  for (const [key, all] of Map.groupBy(named, (one) => one.key)) {
    // If a router was renamed, it is stored as a new router, and the old one is no longer observed. Therefore only
    // observed routers are used. If two of them are observed, the reports of neither are used.
    const seen = all.filter(({ session }) => observed.has(session.id))
    const [one, ...others] = seen.length > 0 ? seen : all
    const router = routers.find(({ id }) => id === one?.session.routerId)
    if (!one || !router || (seen.length > 0 && others.length > 0)) continue
    const own = Map.groupBy(bySession.get(one.session.id) ?? [], ({ prefix }) => keyOf(prefix))
    known.set(key, {
      isObserved: seen.length > 0,
      reports: new Map<string, WhatIfRouterReport>([
        ...(refusedBy.get(one.session.id) ?? []).map(
          ({ prefix }) => [keyOf(prefix), { is: 'refused', router: router.name || router.address }] as const,
        ),
        // If the router reports both that it uses a route and that it refused the prefix, the used route takes
        // precedence.
        ...[...own].map(([prefix, same]) => [prefix, createRouterRouteReport(same, one.session, router)] as const),
      ]),
    })
  }
  return {
    ofPath: ({ circuit, peering, path }, prefix) =>
      find(known.get(`${nameOf({ circuitId: circuit, peering, path })} ${detectAddressFamily(prefix)}`), prefix),
    ofTunnel: (tunnel, prefix) => find(known.get(tunnelKey(tunnel)), prefix),
  }
}

/** The reports about one session, by prefix. */
interface KnownReports {
  isObserved: boolean
  reports: ReadonlyMap<string, WhatIfRouterReport>
}

function find(known: KnownReports | undefined, prefix: string): WhatIfRouterReport {
  if (!known) return NO_ROUTER
  const because = known.isObserved ? 'no_route' : 'not_observed'
  return known.reports.get(keyOf(prefix)) ?? { is: 'not_known', because }
}

const nameOf = ({ circuitId, peering, path }: PeeringLinkId) => formatCircuitPathKey(circuitId, peering, path)
const addressOf = (text: string) => canonicalizeAddress(text) ?? text
const tunnelKey = ({ instance, gatewayAsn, device, deviceAsn }: ReportedTunnel) =>
  `${addressOf(instance ?? '')} ${gatewayAsn} ${addressOf(device)} ${deviceAsn}`
const keyOf = (prefix: string) => canonicalizePrefix(prefix) ?? prefix

/**
 * Returns the report about one prefix in one session. It contains the route after the router's import policy. If there
 * is none, it contains the route in the router's own table (Loc-RIB). If the first route has no local preference, the
 * value from the Loc-RIB is used.
 * @param own stored rows of the prefix in both tables
 */
export function createRouterRouteReport(
  own: readonly Pick<RouterRouteAt, 'view' | 'attributes'>[],
  { localAsn, neighborAsn }: Pick<RouterSession, 'localAsn' | 'neighborAsn'>,
  { name, address }: Pick<ReportingRouter, 'name' | 'address'>,
): WhatIfRouterReport {
  const [received, ...others] = own.filter(({ view }) => view === 'adjInPost')
  const used = own.find(({ view }) => view === 'locRib')
  // If the session has several routes to the prefix (ADD-PATH), it is unknown which of them the router uses.
  const route = others.length > 0 ? undefined : (received ?? used)?.attributes
  if (!route || localAsn === null || neighborAsn === null) return { is: 'not_known', because: 'no_route' }
  const { asPath, asPathText, origin, med } = route
  if (asPath === null || route.unreadable.some((type) => DECISIVE.includes(type))) {
    return { is: 'not_known', because: 'unreadable' }
  }
  const localPref = route.localPref ?? used?.attributes.localPref ?? null
  if (localPref === null) return { is: 'not_known', because: 'no_local_preference' }
  return {
    is: 'reported',
    router: name || address,
    asn: localAsn,
    neighborAsn,
    localPref,
    asPath,
    asPathText,
    origin,
    med,
    communities: communitiesOf(route),
    isUsed: used !== undefined,
  }
}

/**
 * Codes of the path attributes that decide which route is best: ORIGIN, AS_PATH, MULTI_EXIT_DISC and LOCAL_PREF (RFC
 * 4271, section 5).
 */
const DECISIVE: readonly number[] = [1, 2, 4, 5]

const communitiesOf = ({ communities, largeCommunities }: RouterRouteAttributes) => [
  ...communities,
  ...largeCommunities,
]
