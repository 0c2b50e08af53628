import { canonicalPrefix } from '#lib/bgp/index.ts'
import type { RouterRouteAttributes } from '#lib/contract/index.ts'
import {
  listRouters,
  readDeclarations,
  type ReportedRouter,
  reportedSessions,
  type RouterRouteAt,
  routerRoutesAt,
  type RouterSession,
} from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { pathKey, type RouterReport } from '#lib/resilience/index.ts'
import { routerJoins } from '../router-joins.ts'
import type { Topology } from '../topology.ts'
import type { ConfiguredPath, Moment } from './facts.ts'

/** What the customer's router at the end of a path reports of a prefix that the MSEE offers it there. */
export type ReportFinder = (path: Pick<ConfiguredPath, 'circuit' | 'peering' | 'path'>, prefix: string) => RouterReport

const NO_ROUTER: RouterReport = { is: 'not_known', because: 'no_router' }

/**
 * Reads what routers reported by a moment, of the sessions that are joined with a path.
 * @param estate as of the same moment
 * @param prefixes that are offered to the customer
 */
export async function readRouterReports(
  q: Queryable,
  estate: Topology,
  prefixes: ReadonlySet<string>,
  { at, now }: Moment,
): Promise<ReportFinder> {
  const routers = await listRouters(q)
  if (routers.length === 0) return () => NO_ROUTER
  const sessions = await reportedSessions(q)
  const joins = routerJoins(routers, sessions, estate, await readDeclarations(q, at))
  const joined = sessions.flatMap((session) => {
    const join = joins.get(session.id)
    return join && 'link' in join ? [{ session, link: join.link }] : []
  })
  const { observed, routes } = await routerRoutesAt(q, {
    sessions: joined.map(({ session }) => session.id),
    prefixes: [...prefixes].flatMap((text) => canonicalPrefix(text) ?? []),
    at: at ?? now,
  })
  const bySession = Map.groupBy(routes, ({ sessionId }) => sessionId)
  // each family has a session of its own
  const byPath = new Map<string, { isObserved: boolean; reports: ReadonlyMap<string, RouterReport> }>()
  for (const { session, link } of joined) {
    const router = routers.find(({ id }) => id === session.routerId)
    const key = `${pathKey(link.circuitId, link.peering, link.path)} ${familyOf(session.neighbor ?? '')}`
    // a router that changed its name is another one, of which nothing is observed any more
    if (!router || (byPath.get(key)?.isObserved && !observed.has(session.id))) continue
    const own = Map.groupBy(bySession.get(session.id) ?? [], ({ prefix }) => keyOf(prefix))
    byPath.set(key, {
      isObserved: observed.has(session.id),
      reports: new Map([...own].map(([prefix, same]) => [prefix, reportOf(same, session, router)])),
    })
  }
  return ({ circuit, peering, path }, prefix) => {
    const known = byPath.get(`${pathKey(circuit, peering, path)} ${familyOf(prefix)}`)
    if (!known) return NO_ROUTER
    return (
      known.reports.get(keyOf(prefix)) ?? { is: 'not_known', because: known.isObserved ? 'no_route' : 'not_observed' }
    )
  }
}

const familyOf = (text: string) => (text.includes(':') ? 6 : 4)
const keyOf = (prefix: string) => canonicalPrefix(prefix) ?? prefix

/**
 * What a router has to one prefix by one session: by the table after policy; its own table has what it leaves out there, of the route that it uses.
 * @param own what is reported of it in either table
 */
export function reportOf(
  own: readonly Pick<RouterRouteAt, 'view' | 'attributes'>[],
  { localAsn, neighborAsn }: Pick<RouterSession, 'localAsn' | 'neighborAsn'>,
  { name, address }: Pick<ReportedRouter, 'name' | 'address'>,
): RouterReport {
  const [received, ...others] = own.filter(({ view }) => view === 'adjInPost')
  const used = own.find(({ view }) => view === 'locRib')
  // of several paths by one session (ADD-PATH) it is not known which is used
  const route = others.length > 0 ? undefined : (received ?? used)?.attributes
  if (!route || localAsn === null || neighborAsn === null) return { is: 'not_known', because: 'no_route' }
  const { asPath, origin, med } = route
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
