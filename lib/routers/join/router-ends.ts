import type { Bounds, EpochMs, RouterConnectionEnd } from '#lib/contract/index.ts'
import { observedTimes, type RouterEnd, type RouterLinks, type RouterSpan, scopeOfEnd } from '#lib/detection/index.ts'
import type { RouterSession } from '#lib/history/index.ts'
import { componentLogger } from '#lib/platform/log.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { announcedChanges, MAX_CHANGED_ROUTES } from '../store/read/announced-changes.ts'
import { isCollected, joinedSessions } from './joined-sessions.ts'
import { routerCoverage, routerSessionHistory, type RouterSessionSpan } from '../store/index.ts'

/**
 * Returns the state of a router's session with Peerwatch's collector at the end of a period, and the changes of the
 * routes that the router advertised over it.
 */
async function collectedOf(
  db: Queryable,
  session: RouterSession,
  period: { from: EpochMs; to: EpochMs },
): Promise<Pick<RouterEnd, 'collector' | 'announced'>> {
  const now = spanNow(session)
  const collector =
    now && now.from.latest <= period.to
      ? now
      : (spansBy(await routerSessionHistory(db, session.id, period), period.to).at(-1) ?? null)
  return { collector, announced: await announcedBy(db, session, collector, period) }
}

export const spanNow = ({ state, reason, since }: RouterSession): RouterSpan | null =>
  state && since && { state, reason, from: since, to: null }

/**
 * Time in milliseconds after a session comes up during which route changes are ignored, because the router sends its
 * whole table again.
 */
const TABLE_SENT_MS = 60_000

/**
 * Returns the changes of the routes that a router advertised in a period.
 * @param span interval of the session at the end of the period
 */
export async function announcedBy(
  db: Queryable,
  { id }: RouterSession,
  span: RouterSpan | null | undefined,
  period: { from: EpochMs; to: EpochMs },
): Promise<RouterEnd['announced']> {
  const from = Math.max(period.from, (span?.from.latest ?? Infinity) + TABLE_SENT_MS)
  if (span?.state !== 'up' || from >= period.to) return null
  const announced = await announcedChanges(db, id, { from, to: period.to })
  if (announced.isPartial)
    componentLogger('routers').warn(
      { sessionId: id, limit: MAX_CHANGED_ROUTES },
      'a router changed more routes than are read at a time; events report only the first of them, by prefix',
    )
  return { from, ...announced }
}

/**
 * Returns the customer's end of the sessions of circuits and VPN gateways since a time, as reported by routers until
 * `at`.
 * @param linksOf called only if a router reports
 */
export async function readRouterEnds(
  db: Queryable,
  { scopes, since, at }: { scopes: readonly string[]; since: EpochMs; at: EpochMs },
  linksOf?: () => Promise<RouterLinks>,
): Promise<RouterEnd[]> {
  const joined = await joinedSessions(db, { linksOf })
  const period = { from: since, to: at }
  const ends: RouterEnd[] = []
  const collectors = new Map<number, ReturnType<typeof collectedOf>>()
  const byCollector = async (one: RouterSession) => {
    const read = collectors.get(one.id) ?? collectedOf(db, one, period)
    collectors.set(one.id, read)
    return read
  }
  for (const { session, router, on, customer, collected } of joined) {
    const { id, holdTimeSeconds, observedUntil } = session
    if (!scopes.includes(scopeOfEnd({ on })) || customer === null) continue
    if (isCollected(session)) {
      // only the collector's session is known; the session with Azure, including its hold time, is not reported
      const nothing = { holdTimeSeconds: null, spans: [], observed: [], silentSince: null }
      ends.push({ on, customer, router, ...nothing, ...(await byCollector(session)) })
      continue
    }
    const connections = await observations(db, session, period)
    const spans = spansBy(await routerSessionHistory(db, id, period), at)
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
        : { collector: null, announced: await announcedBy(db, session, spans.at(-1), period) }),
    })
  }
  return ends
}

/**
 * Returns the connections through which a session was observed; empty for a session that only a log reports. A log
 * contains only changes, and lines may be lost, so a silent log proves nothing.
 */
const observations = (
  db: Queryable,
  { routerId, protocol }: Pick<RouterSession, 'routerId' | 'protocol'>,
  period: { from: EpochMs; to: EpochMs },
) => (protocol === 'syslog' ? [] : routerCoverage(db, routerId, { ...period, protocol }))

/**
 * Returns the intervals of a session as they were known at a time, so that processing an old poll again gives the same
 * result.
 */
function spansBy(history: readonly RouterSessionSpan[], at: EpochMs): RouterSpan[] {
  return history
    .filter(({ from }) => from.latest <= at)
    .map(({ state, reason, from, to }) => ({ state, reason, from, to: to && to.latest <= at ? to : null }))
}

/**
 * Returns the times in which a session was observed.
 * @param until time up to which the session is known; it was not observed later
 */
const observedBy = (connections: readonly { from: EpochMs; to: EpochMs }[], until: EpochMs) =>
  observedTimes(
    connections.filter(({ from }) => from <= until).map(({ from, to }) => ({ from, to: Math.min(to, until) })),
  )

type Connections = Awaited<ReturnType<typeof routerCoverage>>

/**
 * Reasons for the end of a connection that are caused by the router or its network. All other reasons are caused by the
 * station (Peerwatch's server for router connections).
 */
const BY_ROUTER: ReadonlySet<RouterConnectionEnd | null> = new Set(['closed', 'lost'])

/**
 * Returns when all connections of a router had ended, as known at a time, so that processing an old poll again gives
 * the same result; null if a connection is open, or the last one was ended by the station. For a lost connection only
 * the time of the last data is known, so the end lies between that time and `at`.
 */
function silentBy(connections: Connections, at: EpochMs): Bounds | null {
  const last = connections.toSorted((a, b) => a.to - b.to).at(-1)
  if (!last || last.to > at || connections.some(({ ended }) => ended === null) || !BY_ROUTER.has(last.ended))
    return null
  return { earliest: last.to, latest: last.ended === 'closed' ? last.to : at }
}
