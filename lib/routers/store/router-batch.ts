import type { PoolClient } from 'pg'
import { canonicalizeAddress } from '#lib/bgp/index.ts'
import {
  type EpochMs,
  type RouterLogLine,
  type RouterPeer,
  buildRouterPeerKey,
  type RouterNeighborReport,
  type RouterRoute,
  type RouterRouteAttributes,
  type RouterSessionDown,
  type LoggedRouterSessionChange,
  type RouterSessionUp,
  type UnreadableRouterSession,
} from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '#lib/history/times.ts'
import { advanceRouterRoute, type RouterRouteState } from './advance-router-route.ts'
import { advanceRouterSession } from './advance-router-session.ts'
import type { RouterConnectionKey } from './router-connections.ts'
import { computeStateChangeBounds } from './router-interval.ts'
import { RouterLimitError } from '../bmp/router-limit-error.ts'
import {
  countRouterRoutes,
  endRouterRoutes,
  loadRouterRoutes,
  ensureRouterAttributeIds,
  ONE_PATH_ID,
  type RouterRouteKey,
  type RouterRouteTransition,
  formatRouterRouteKey,
  saveRouterRoutes,
} from './router-route-rows.ts'
import {
  addRouterSession,
  appendRouterSession,
  type KnownRouterSession,
  loadRouterSessions,
  saveRouterSessions,
} from './router-session-rows.ts'

/**
 * Maximum number of routes that are stored for a router, in all its tables. It is about the size of the Internet's
 * routing table, and needs 400 MB in the database.
 */
export const MAX_ROUTER_ROUTES = 1_000_000

/** Route distinguisher of a session without a known VRF, as 16 hex digits. */
const NO_DISTINGUISHER = '0'.repeat(16)

/** Changes of sessions that a transaction recorded, for the log of Peerwatch. */
export interface RecordedReports {
  sessions: { neighbor: string | null; state: 'up' | 'down' }[]
}

/**
 * Two lower bounds for the time at which routes of a session changed: the begin of the session, and the end of the last
 * observation before a gap.
 */
interface RouteBounds {
  sessionSince: EpochMs | null
  gapFrom: EpochMs | null
}

/** A report about the state of a session (not about routes). */
export type RouterStateReport = RouterSessionUp | RouterSessionDown | UnreadableRouterSession

/**
 * Placeholder in the queue for a state of a session that was recorded before the routes that arrived earlier. When the
 * placeholder is reached, its effect on routes is applied.
 */
export interface RecordedAheadPlaceholder {
  type: 'recordedAhead'
  peer: RouterPeer
  at: EpochMs
  before: RouteBounds
  after: RouteBounds
  /** Earliest time at which the routes of the session ended; null = the session did not go down. */
  sweep: { earliest: EpochMs | null } | null
}

/** Information that is kept between the transactions of a router. A transaction that fails does not change it. */
export class RouterRecordingProgress {
  /**
   * Number of stored routes of the router; null = not counted yet. It may be too high after a failure, so it is counted
   * again when the limit is reached.
   */
  routes: number | null = null
  /**
   * Earliest times of changes by peer. Contains only peers for which a state was recorded ahead of routes that had
   * arrived before it.
   */
  bounds: ReadonlyMap<string, RouteBounds> = new Map()
  /** Id and result of the last transaction, while the response to its commit is unknown; null = it is known. */
  unanswered: { id: string; result: unknown } | null = null
}

/** Records reports of one router within one transaction. */
export class RouterBatch {
  private readonly client: PoolClient
  private readonly connection: RouterConnectionKey
  private readonly connectedAt: EpochMs
  private readonly progress: RouterRecordingProgress
  private readonly bounds: Map<string, RouteBounds>
  private sessions = new Map<string, KnownRouterSession>()
  private readonly recorded: RecordedReports = { sessions: [] }
  /**
   * Reports about routes that are still to be compared with the stored routes. They are gathered, so that one statement
   * handles many of them.
   */
  private waiting: {
    key: RouterRouteKey
    report: RouterRoute
    bounds: RouteBounds
  }[] = []

  constructor(
    client: PoolClient,
    connection: RouterConnectionKey,
    connectedAt: EpochMs,
    progress: RouterRecordingProgress = new RouterRecordingProgress(),
  ) {
    this.client = client
    this.connection = connection
    this.connectedAt = connectedAt
    this.progress = progress
    this.bounds = new Map(progress.bounds)
  }

  async load(): Promise<void> {
    this.sessions = await loadRouterSessions(this.client, this.connection.routerId)
  }

  async take(report: RouterNeighborReport): Promise<void> {
    if (this.isKnownBetter(report)) return
    switch (report.type) {
      case 'sessionUp':
      case 'sessionDown':
      case 'sessionLogged':
      case 'sessionUnread': {
        const { session, gapFrom } = await this.sessionOf(report)
        const sweep = await this.takeState(session, report, gapFrom)
        // end all routes of the session, because the router sends no withdrawals when a session ends
        if (sweep) await this.endRoutes(session.id, { ...sweep, at: report.at })
        return
      }
      case 'route': {
        const { view, prefix, pathId } = report
        const { id, bounds } = await this.tableOf(report)
        this.waiting.push({ key: { sessionId: id, view, prefix, pathId: pathId ?? ONE_PATH_ID }, report, bounds })
        return
      }
      case 'tableRead': {
        await this.flushRoutes()
        const { view, family, at } = report
        const { id, bounds } = await this.tableOf(report)
        // The router has now sent its whole table. Routes that it did not send on this connection do not exist any
        // more.
        const table = { view, family, notSeenSince: this.connectedAt }
        const sweep = { sessionId: id, table, earliest: bounds.gapFrom, at, ended: 'notInTable' as const }
        await endRouterRoutes(this.client, sweep)
      }
    }
  }

  /**
   * Records the state of a session without its effect on routes. {@link pass} applies the effect later, after the
   * routes that arrived before the state.
   */
  async takeAhead(report: RouterStateReport): Promise<RecordedAheadPlaceholder> {
    const known = this.sessions.get(buildRouterPeerKey(report.peer))
    const before = known ? boundsOfRoutes(known) : { sessionSince: null, gapFrom: null }
    const { peer, at } = report
    if (this.isKnownBetter(report)) return { type: 'recordedAhead', peer, at, before, after: before, sweep: null }
    const { session, gapFrom } = await this.sessionOf(report)
    const sweep = await this.takeState(session, report, gapFrom)
    return { type: 'recordedAhead', peer, at, before, after: boundsOfRoutes(session), sweep }
  }

  /**
   * Reports whether a report must be ignored. This is the case if it comes by BMP or from a log and is about the
   * router's session with Peerwatch's collector, because the collector itself reports this session more reliably.
   */
  private isKnownBetter({ peer }: RouterNeighborReport): boolean {
    return this.connection.protocol !== 'bgp' && this.sessions.get(buildRouterPeerKey(peer))?.isCollected === true
  }

  /**
   * Ends routes because of a change of a session's state. The state itself was recorded earlier, before the routes that
   * waited in front of it.
   * @param most maximum number of routes to end
   * @returns number of routes that ended; if it is `most`, more may have to end
   */
  async pass({ peer, at, after, sweep }: RecordedAheadPlaceholder, most: number): Promise<number> {
    const key = buildRouterPeerKey(peer)
    const id = this.sessions.get(key)?.id
    const ended = sweep && id !== undefined ? await this.endRoutes(id, { ...sweep, at, most }) : 0
    if (ended < most) this.bounds.set(key, after)
    return ended
  }

  /**
   * Records a line of a log.
   * @returns false if the line fits several sessions
   */
  async takeLogged(line: RouterLogLine): Promise<boolean> {
    const known = this.sessionLogged(line)
    if (known === 'several') return false
    const peer = known?.peer ?? { type: 'global', distinguisher: NO_DISTINGUISHER, neighbor: line.neighbor }
    const key = buildRouterPeerKey(peer)
    const session = known ?? (await addRouterSession(this.client, this.connection, peer))
    this.sessions.set(key, session)
    await appendRouterLogLine(this.client, session.id, line)
    // BMP is more reliable than a log, so the line changes the state only if BMP does not report the session
    if (line.state !== null && !session.isReportedByBmp) {
      const { at, notBefore, state, reason, neighborAsn, vrf: tableName } = line
      await this.take({ type: 'sessionLogged', peer, at, notBefore, state, reason, neighborAsn, tableName })
    }
    return true
  }

  /**
   * Returns the session that a line is about: undefined = it was never reported; `several` = more than one session
   * fits.
   */
  private sessionLogged({ neighbor, vrf }: RouterLogLine): KnownRouterSession | undefined | 'several' {
    const own = [...this.sessions.values()].filter(
      ({ peer }) => peer.neighbor !== null && (canonicalizeAddress(peer.neighbor) ?? peer.neighbor) === neighbor,
    )
    const named = own.filter(({ tableName }) => tableName === vrf)
    const [session, other] = named.length > 0 ? named : own
    if (other || (session && vrf !== null && session.tableName !== null && session.tableName !== vrf)) return 'several'
    return session
  }

  /**
   * Writes the gathered routes and the sessions to the database.
   * @param at time until which all reports of the connection are recorded; null = do not change it
   * @returns changes of sessions
   */
  async save(at: EpochMs | null): Promise<RecordedReports> {
    await this.flushRoutes()
    await saveRouterSessions(
      this.client,
      [...this.sessions.values()].filter(({ isChanged }) => isChanged),
    )
    // a connection that reports has not vanished, even if its reports waited for a long time
    await this.client.query(
      `UPDATE router_connection SET to_at = greatest(to_at, $2), ended = nullif(ended, 'vanished') WHERE id = $1`,
      [this.connection.connectionId, formatIsoTime(at)],
    )
    return this.recorded
  }

  /** Earliest times of changes for the next transaction. They are valid only if this one is committed. */
  get boundsAfter(): ReadonlyMap<string, RouteBounds> {
    return this.bounds
  }

  /**
   * Returns the session that reported routes belong to, with the earliest times of changes at this point of the
   * reports.
   */
  private async tableOf(report: RouterNeighborReport): Promise<{ id: number; bounds: RouteBounds }> {
    const key = buildRouterPeerKey(report.peer)
    const [bounds, known] = [this.bounds.get(key), this.sessions.get(key)]
    if (bounds && known) return { id: known.id, bounds }
    const { session } = await this.sessionOf(report)
    return { id: session.id, bounds: boundsOfRoutes(session) }
  }

  private async endRoutes(
    sessionId: number,
    sweep: { earliest: EpochMs | null; at: EpochMs; most?: number },
  ): Promise<number> {
    await this.flushRoutes()
    return endRouterRoutes(this.client, { sessionId, table: null, ended: 'sessionDown', ...sweep })
  }

  /**
   * Returns the session of a report. `gapFrom` is the end of the last observation of the session on earlier
   * connections, if this is its first report on this connection; otherwise null.
   */
  private async sessionOf({
    peer,
  }: RouterNeighborReport): Promise<{ session: KnownRouterSession; gapFrom: EpochMs | null }> {
    const key = buildRouterPeerKey(peer)
    const known = this.sessions.get(key)
    if (!known) {
      const session = await addRouterSession(this.client, this.connection, peer)
      this.sessions.set(key, session)
      return { session, gapFrom: null }
    }
    if (known.connectionId === this.connection.connectionId && known.observedUntil === null) {
      return { session: known, gapFrom: null }
    }
    known.gapFrom = known.observedUntil ?? Math.min(known.connectionTo, this.connectedAt)
    // A state may be recorded ahead of routes that arrived before it. The states were then observed until a later time
    // than the routes, so their gap in the observation begins later.
    const gapFrom = Math.max(known.gapFrom, Math.min(known.seenAt ?? 0, this.connectedAt))
    known.observedUntil = null
    known.connectionId = this.connection.connectionId
    known.isCollected = this.connection.protocol === 'bgp'
    known.isChanged = true
    return { session: known, gapFrom }
  }

  /**
   * Changes a session according to a report about its state.
   * @returns earliest time at which the session's routes ended; null = it did not go down
   */
  private async takeState(
    session: KnownRouterSession,
    report: RouterStateReport | LoggedRouterSessionChange,
    gapFrom: EpochMs | null,
  ): Promise<RecordedAheadPlaceholder['sweep']> {
    session.isChanged = true
    if (report.type === 'sessionUnread') {
      session.observedUntil = report.at
      return null
    }
    session.seenAt = report.at
    session.neighborAsn = report.neighborAsn ?? session.neighborAsn
    if (report.type === 'sessionLogged') session.tableName ??= report.tableName
    if (report.type === 'sessionDown' && report.reason.by === 'monitoringStopped') {
      session.observedUntil = report.at
      return null
    }
    if (report.type === 'sessionUp') {
      const { localAddress, localAsn, localBgpId = null, neighborBgpId, holdTimeSeconds, tableName } = report
      Object.assign(session, { localAddress, localAsn, localBgpId, neighborBgpId, holdTimeSeconds, tableName })
    }
    const before = session.current
    const { next, ended } = advanceRouterSession(before, report, gapFrom)
    session.current = next
    if (ended) await appendRouterSession(this.client, session.id, ended)
    if (ended || !before) {
      this.recorded.sessions.push({ neighbor: report.peer.neighbor, state: next.state })
    }
    const hasFallen = next.state === 'down' && (ended !== null || !before)
    return hasFallen ? { earliest: computeStateChangeBounds(report, before?.open ?? null, gapFrom).earliest } : null
  }

  private async flushRoutes(): Promise<void> {
    const { waiting, client } = this
    if (waiting.length === 0) return
    this.waiting = []
    const keys = new Map(waiting.map(({ key }) => [formatRouterRouteKey(key), key]))
    const texts = new Map<RouterRouteAttributes, string>()
    for (const { report } of waiting) {
      const { attributes } = report
      if (attributes && !texts.has(attributes)) texts.set(attributes, JSON.stringify(attributes))
    }
    const numbers = await ensureRouterAttributeIds(client, this.connection.routerId, [...new Set(texts.values())])
    const known = await loadRouterRoutes(client, [...keys.values()])
    const steps = new Map<string, RouterRouteTransition>()
    for (const { key, report, bounds } of waiting) {
      const name = formatRouterRouteKey(key)
      const row = known.get(name)
      const attributesId = report.attributes ? (numbers.get(texts.get(report.attributes) ?? '') ?? null) : null
      // ignore the withdrawal of an unknown route, because a router may withdraw a route that it never advertised
      if (!row && !steps.has(name) && attributesId === null) continue
      const step = steps.get(name) ?? {
        ...key,
        id: row?.id ?? null,
        state: row?.state ?? absentSince(bounds, report),
        past: [],
      }
      const gapFrom = step.state.seenAt < this.connectedAt ? bounds.gapFrom : null
      // routes of a session cannot change before the session began
      const after = [gapFrom, bounds.sessionSince].filter((moment) => moment !== null)
      const { next, past } = advanceRouterRoute(
        step.state,
        { ...report, attributesId },
        after.length > 0 ? Math.max(...after) : null,
      )
      if (past) step.past.push(past)
      steps.set(name, { ...step, state: next })
    }
    const all = [...steps.values()]
    await this.keep(all.filter(({ id }) => id === null).length)
    await saveRouterRoutes(client, all)
  }

  /**
   * Checks that the router may have that many additional routes.
   * @param fresh number of new rows
   * @throws RouterLimitError if it would have too many
   */
  private async keep(fresh: number): Promise<void> {
    if (fresh === 0) return
    const { progress, client } = this
    const counted = () => countRouterRoutes(client, this.connection.routerId)
    progress.routes ??= await counted()
    if (fresh + progress.routes > MAX_ROUTER_ROUTES) progress.routes = await counted()
    if (fresh + progress.routes > MAX_ROUTER_ROUTES)
      throw new RouterLimitError(`more than ${MAX_ROUTER_ROUTES} routes; that is the most that is kept of one router`)
    progress.routes += fresh
  }
}

/** Returns the state of a route that the router never reported before the current message: the route did not exist. */
const absentSince = ({ gapFrom }: RouteBounds, { at }: RouterRoute): RouterRouteState => ({
  attributesId: null,
  open: null,
  seenAt: gapFrom ?? at,
})

const boundsOfRoutes = ({ current, gapFrom }: KnownRouterSession): RouteBounds => ({
  sessionSince: current?.open.lastAbsent ?? null,
  gapFrom,
})

async function appendRouterLogLine(
  db: SqlExecutor,
  sessionId: number,
  { at, notBefore, state, reason, text }: RouterLogLine,
): Promise<void> {
  await db.query(
    `INSERT INTO router_log_line (session_id, at, not_before, state, reason, text) VALUES ($1, $2, $3, $4, $5, $6)`,
    [sessionId, formatIsoTime(at), formatIsoTime(notBefore), state, reason, text],
  )
}
