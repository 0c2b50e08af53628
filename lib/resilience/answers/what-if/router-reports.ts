import { canonicalAddress, canonicalPrefix, familyIn } from '#lib/bgp/index.ts'
import type { RouterRouteAttributes } from '#lib/contract/index.ts'
import type { LinkName } from '#lib/detection/index.ts'
import {
  listRouters,
  pastReader,
  readDeclarations,
  type ReportedRouter,
  reportedSessions,
  type RouterSession,
} from '#lib/history/index.ts'
import { type RouterRouteAt, routerRoutesAt } from '../../store/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { pathKey, type WhatIfRouterReport } from '../../rules/index.ts'
import { routerJoins, type Topology } from '#lib/questions/index.ts'

import type { ConfiguredPath, WhatIfMoment } from './facts.ts'

/** What customers' routers report of the prefixes that are offered to them. */
export interface RouterReports {
  /** the router at the end of a circuit's path */
  ofPath(path: Pick<ConfiguredPath, 'circuit' | 'peering' | 'path'>, prefix: string): WhatIfRouterReport
  /** the router that is the device of a VPN connection */
  ofTunnel(tunnel: ReportedTunnel, prefix: string): WhatIfRouterReport
}

/** Both ends of a session over a VPN, by BGP addresses and ASNs: customers may use the same private addresses. */
export interface ReportedTunnel {
  /** of the gateway; null = Azure does not say it */
  instance: string | null
  gatewayAsn: number
  device: string
  /** null = it announces nothing that begins with an ASN */
  deviceAsn: number | null
}

const NO_ROUTER: WhatIfRouterReport = { is: 'not_known', because: 'no_router' }
const NOTHING: RouterReports = { ofPath: () => NO_ROUTER, ofTunnel: () => NO_ROUTER }

/**
 * Reads what routers reported by a moment, of the sessions that are joined with a path, and of those over VPNs.
 * @param offered the estate as of the same moment, prefixes that are offered to the customer, and VPNs with BGP
 */
export async function readRouterReports(
  q: Queryable,
  offered: { estate: Topology; prefixes: ReadonlySet<string>; tunnels: readonly ReportedTunnel[] },
  { at, now }: WhatIfMoment,
): Promise<RouterReports> {
  const routers = await listRouters(q)
  if (routers.length === 0) return NOTHING
  const sessions = await reportedSessions(q)
  const joins = routerJoins(routers, sessions, offered.estate, await readDeclarations(pastReader(q, at)))
  const tunnels = new Set(offered.tunnels.map(tunnelKey))
  const named = sessions.flatMap((session) => {
    const { neighbor, localAddress, neighborAsn, localAsn } = session
    const join = joins.get(session.id)
    if (neighbor === null) return []
    if (join && 'link' in join) return [{ session, key: `${nameOf(join.link)} ${familyIn(neighbor)}` }]
    if (localAddress === null || neighborAsn === null || localAsn === null) return []
    const ends = { instance: neighbor, gatewayAsn: neighborAsn, device: localAddress, deviceAsn: localAsn }
    return tunnels.has(tunnelKey(ends)) ? [{ session, key: tunnelKey(ends) }] : []
  })
  const { observed, routes, refused } = await routerRoutesAt(q, {
    sessions: named.map(({ session }) => session.id),
    prefixes: [...offered.prefixes].flatMap((text) => canonicalPrefix(text) ?? []),
    at: at ?? now,
  })
  const bySession = Map.groupBy(routes, ({ sessionId }) => sessionId)
  const refusedBy = Map.groupBy(refused, ({ sessionId }) => sessionId)
  const known = new Map<string, KnownReports>()
  for (const [key, all] of Map.groupBy(named, (one) => one.key)) {
    // a router that changed its name is another one, of which nothing is observed any more; of two that are, neither is known to be the one
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
        // what it uses it does not refuse
        ...[...own].map(([prefix, same]) => [prefix, reportOf(same, one.session, router)] as const),
      ]),
    })
  }
  return {
    ofPath: ({ circuit, peering, path }, prefix) =>
      find(known.get(`${nameOf({ circuitId: circuit, peering, path })} ${familyIn(prefix)}`), prefix),
    ofTunnel: (tunnel, prefix) => find(known.get(tunnelKey(tunnel)), prefix),
  }
}

/** What one session's router reports, by prefix. */
interface KnownReports {
  isObserved: boolean
  reports: ReadonlyMap<string, WhatIfRouterReport>
}

function find(known: KnownReports | undefined, prefix: string): WhatIfRouterReport {
  if (!known) return NO_ROUTER
  const because = known.isObserved ? 'no_route' : 'not_observed'
  return known.reports.get(keyOf(prefix)) ?? { is: 'not_known', because }
}

const nameOf = ({ circuitId, peering, path }: LinkName) => pathKey(circuitId, peering, path)
const addressOf = (text: string) => canonicalAddress(text) ?? text
const tunnelKey = ({ instance, gatewayAsn, device, deviceAsn }: ReportedTunnel) =>
  `${addressOf(instance ?? '')} ${gatewayAsn} ${addressOf(device)} ${deviceAsn}`
const keyOf = (prefix: string) => canonicalPrefix(prefix) ?? prefix

/**
 * What a router has to one prefix by one session: by the table after policy; its own table has what it leaves out there, of the route that it uses.
 * @param own what is reported of it in either table
 */
export function reportOf(
  own: readonly Pick<RouterRouteAt, 'view' | 'attributes'>[],
  { localAsn, neighborAsn }: Pick<RouterSession, 'localAsn' | 'neighborAsn'>,
  { name, address }: Pick<ReportedRouter, 'name' | 'address'>,
): WhatIfRouterReport {
  const [received, ...others] = own.filter(({ view }) => view === 'adjInPost')
  const used = own.find(({ view }) => view === 'locRib')
  // of several paths by one session (ADD-PATH) it is not known which is used
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

/** ORIGIN, AS_PATH, MULTI_EXIT_DISC and LOCAL_PREF (RFC 4271 section 5). */
const DECISIVE: readonly number[] = [1, 2, 4, 5]

const communitiesOf = ({ communities, largeCommunities }: RouterRouteAttributes) => [
  ...communities,
  ...largeCommunities,
]
