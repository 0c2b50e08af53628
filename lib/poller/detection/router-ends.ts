import { decodeConfig } from '#lib/azure/config/index.ts'
import { armTypes, type EpochMs } from '#lib/contract/index.ts'
import {
  joinRouters,
  type LinkName,
  namedSessions,
  observedTimes,
  peeringLinks,
  type RouterEnd,
  type RouterSpan,
} from '#lib/detection/index.ts'
import {
  listResources,
  listRouters,
  readDeclarations,
  reportedSessions,
  requestFold,
  routerCoverage,
  type RouterSession,
  routerSessionHistory,
  type RouterSessionSpan,
} from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

interface JoinedSession {
  session: RouterSession
  /** as people call it */
  router: string
  link: LinkName
}

/** The sessions that are joined with a path. Where no router reports it costs one question. */
async function joinedSessions(db: Queryable): Promise<JoinedSession[]> {
  const sessions = await reportedSessions(db)
  if (sessions.length === 0) return []
  const reported = namedSessions(sessions, await listRouters(db))
  const listed = await listResources(db, { types: [armTypes.circuit] })
  const links = listed.flatMap(({ id, config }) => peeringLinks(id, decodeConfig(armTypes.circuit, config)))
  const { routerNeighbors } = await readDeclarations(db)
  const joins = joinRouters(reported, links, routerNeighbors)
  return reported.flatMap((session) => {
    const join = joins.get(session.id)
    return join && 'link' in join
      ? [{ session, router: session.routerName || session.routerAddress, link: join.link }]
      : []
  })
}

/** The customer's end of the sessions of circuits since a moment, as routers had reported it by another. */
export async function readRouterEnds(
  db: Queryable,
  { circuits, since, at }: { circuits: readonly string[]; since: EpochMs; at: EpochMs },
): Promise<RouterEnd[]> {
  const joined = await joinedSessions(db)
  const period = { from: since, to: at }
  const ends: RouterEnd[] = []
  for (const { session, router, link } of joined) {
    const { id, routerId, localAddress: customer, holdTimeSeconds, observedUntil } = session
    if (!circuits.includes(link.circuitId) || customer === null) continue
    ends.push({
      circuit: link.circuitId,
      peering: link.peering,
      path: link.path,
      customer,
      router,
      holdTimeSeconds,
      spans: spansBy(await routerSessionHistory(db, id, period), at),
      observed: observedBy(await routerCoverage(db, routerId, period), observedUntil ?? at),
    })
  }
  return ends
}

/**
 * Has the next poll of their groups folded, whatever it shows, for the circuits whose sessions a router reports: it has just reported
 * that one of them changed.
 */
export async function foldAfterRouter(db: Queryable, routerId: number, at: EpochMs): Promise<void> {
  const joined = await joinedSessions(db)
  const circuits = joined.flatMap(({ session, link }) => (session.routerId === routerId ? [link.circuitId] : []))
  await requestFold(db, [...new Set(circuits)], at)
}

/** What was known by a moment: a poll that is folded again finds what it found. */
function spansBy(history: readonly RouterSessionSpan[], at: EpochMs): RouterSpan[] {
  return history
    .filter(({ from }) => from.latest <= at)
    .map(({ state, reason, from, to }) => ({ state, reason, from, to: to && to.latest <= at ? to : null }))
}

/** @param until up to when the session is known: after it nothing was observed of it */
const observedBy = (connections: readonly { from: EpochMs; to: EpochMs }[], until: EpochMs) =>
  observedTimes(
    connections.filter(({ from }) => from <= until).map(({ from, to }) => ({ from, to: Math.min(to, until) })),
  )
