import type { TimestampBounds, EpochMs, RouterConnectionEndReason } from '#lib/contract/index.ts'
import {
  mergeObservedTimes,
  type RouterSideSession,
  type RouterMatchingInput,
  type RouterStateInterval,
  getRouterSideResourceId,
} from '#lib/detection/index.ts'
import type { RouterSession } from '#lib/history/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readAdvertisedChanges, MAX_CHANGED_ROUTES } from '../store/read/announced-changes.ts'
import { isCollectorSession, readMatchedSessions } from './matched-sessions.ts'
import { readRouterCoverage, readRouterSessionHistory, type RouterSessionSpan } from '../store/index.ts'

/**
 * Returns the state of a router's BGP session with Peerwatch's collector at the end of a period. Also returns how the
 * routes changed that the router advertised there.
 */
async function collectedOf(
  db: SqlExecutor,
  session: RouterSession,
  period: { from: EpochMs; to: EpochMs },
): Promise<Pick<RouterSideSession, 'collector' | 'announced'>> {
  const now = getCurrentRouterStateInterval(session)
  const collector =
    now && now.from.latest <= period.to
      ? now
      : (spansBy(await readRouterSessionHistory(db, session.id, period), period.to).at(-1) ?? null)
  return { collector, announced: await compareAdvertisedRoutes(db, session, collector, period) }
}

export const getCurrentRouterStateInterval = ({ state, reason, since }: RouterSession): RouterStateInterval | null =>
  state && since && { state, reason, from: since, to: null }

/**
 * Time after a session came up, milliseconds. Routes that are advertised within this time do not count as changes,
 * because the router sends its whole table again.
 */
const TABLE_SENT_MS = 60_000

/**
 * Returns how the routes changed that a router advertised in a period.
 * @param span state of the session at the end of the period, with its begin
 */
export async function compareAdvertisedRoutes(
  db: SqlExecutor,
  { id, observedUntil }: RouterSession,
  span: RouterStateInterval | null | undefined,
  period: { from: EpochMs; to: EpochMs },
): Promise<RouterSideSession['announced']> {
  const from = Math.max(period.from, (span?.from.latest ?? Infinity) + TABLE_SENT_MS)
  if (span?.state !== 'up' || from >= period.to) return null
  const announced = await readAdvertisedChanges(db, id, { from, to: period.to })
  if (announced.isPartial)
    createComponentLogger('routers').warn(
      { sessionId: id, limit: MAX_CHANGED_ROUTES },
      'a router changed more routes than are read at a time; events report only the first of them, by prefix',
    )
  return { from, ...announced, ...(observedUntil !== null && { observedUntil }) }
}

/**
 * Returns the states of the sessions of circuits and VPN gateways at the customer's end since a moment, as routers
 * reported them until `at`.
 * @param linksOf reads the addresses on circuit paths; called only if there are reports of routers
 */
export async function readRouterSideSessions(
  db: SqlExecutor,
  { scopes, since, at }: { scopes: readonly string[]; since: EpochMs; at: EpochMs },
  linksOf?: () => Promise<RouterMatchingInput>,
): Promise<RouterSideSession[]> {
  const joined = await readMatchedSessions(db, { linksOf })
  const period = { from: since, to: at }
  const ends: RouterSideSession[] = []
  const collectors = new Map<number, ReturnType<typeof collectedOf>>()
  const byCollector = async (one: RouterSession) => {
    const read = collectors.get(one.id) ?? collectedOf(db, one, period)
    collectors.set(one.id, read)
    return read
  }
  for (const { session, router, on, customer, collected } of joined) {
    const { id, holdTimeSeconds, observedUntil } = session
    if (!scopes.includes(getRouterSideResourceId({ on })) || customer === null) continue
    if (isCollectorSession(session)) {
      // The router's session with Azure is not reported, only its session with the collector. Its hold time and states
      // are unknown.
      const nothing = { holdTimeSeconds: null, spans: [], observed: [], silentSince: null }
      ends.push({ on, customer, router, ...nothing, ...(await byCollector(session)) })
      continue
    }
    const connections = await observations(db, session, period)
    const spans = spansBy(await readRouterSessionHistory(db, id, period), at)
    ends.push({
      on,
      customer,
      router,
      holdTimeSeconds,
      spans,
      observed: observedBy(connections, observedUntil ?? at),
      silentSince: silentBy(connections, at),
      ...(collected
        ? await byCollector(collected)
        : { collector: null, announced: await compareAdvertisedRoutes(db, session, spans.at(-1), period) }),
    })
  }
  return ends
}

/**
 * Returns the connections over which the router of a session reported to Peerwatch. The result is empty if the session
 * is reported only by a log. Lines of a log may be lost, so a log without lines does not prove that the session was
 * observed.
 */
const observations = (
  db: SqlExecutor,
  { routerId, protocol }: Pick<RouterSession, 'routerId' | 'protocol'>,
  period: { from: EpochMs; to: EpochMs },
) => (protocol === 'syslog' ? [] : readRouterCoverage(db, routerId, { ...period, protocol }))

/**
 * Returns the states of a session as they were known at a moment. The evaluation of an old poll therefore gives the
 * same result when it is repeated later.
 */
function spansBy(history: readonly RouterSessionSpan[], at: EpochMs): RouterStateInterval[] {
  return history
    .filter(({ from }) => from.latest <= at)
    .map(({ state, reason, from, to }) => ({ state, reason, from, to: to && to.latest <= at ? to : null }))
}

/**
 * Returns the times in which a session was observed.
 * @param until last time at which the session was observed
 */
const observedBy = (connections: readonly { from: EpochMs; to: EpochMs }[], until: EpochMs) =>
  mergeObservedTimes(
    connections.filter(({ from }) => from <= until).map(({ from, to }) => ({ from, to: Math.min(to, until) })),
  )

type Connections = Awaited<ReturnType<typeof readRouterCoverage>>

/**
 * Reasons for the end of a connection that the router or the network caused. All other reasons are on the side of the
 * station (Peerwatch's server for router connections).
 */
const BY_ROUTER: ReadonlySet<RouterConnectionEndReason | null> = new Set(['closed', 'lost'])

/**
 * Returns the earliest and latest time at which the last connection of a router ended, as it was known at `at`. Null if
 * a connection is open, or if the station ended the last one. If the connection was lost, only the time of its last
 * data is known, so the end may be as late as `at`.
 */
function silentBy(connections: Connections, at: EpochMs): TimestampBounds | null {
  const last = connections.toSorted((a, b) => a.to - b.to).at(-1)
  if (!last || last.to > at || connections.some(({ ended }) => ended === null) || !BY_ROUTER.has(last.ended))
    return null
  return { earliest: last.to, latest: last.ended === 'closed' ? last.to : at }
}
