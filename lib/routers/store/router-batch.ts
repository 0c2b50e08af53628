import type { PoolClient } from 'pg'
import { canonicalAddress } from '#lib/bgp/index.ts'
import {
  type EpochMs,
  type LoggedLine,
  type RouterPeer,
  routerPeerKey,
  type RouterReport,
  type RouterRoute,
  type RouterRouteAttributes,
  type RouterSessionDown,
  type RouterSessionLogged,
  type RouterSessionUp,
  type RouterSessionUnread,
} from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso } from '#lib/history/times.ts'
import { advanceRouterRoute, type RouterRouteState } from './advance-router-route.ts'
import { advanceRouterSession } from './advance-router-session.ts'
import type { RouterConnectionKey } from './router-connections.ts'
import { boundsOfChange } from './router-interval.ts'
import { RouterLimitError } from '../bmp/router-limit-error.ts'
import {
  countRouterRoutes,
  endRouterRoutes,
  loadRouterRoutes,
  numberRouterAttributes,
  ONE_PATH,
  type RouterRouteKey,
  type RouterRouteStep,
  routerRouteKey,
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
 * Maximum number of stored routes per router in all of its tables. This is about the size of the Internet's routing
 * table and takes 400 MB in the database.
 */
export const MAX_ROUTER_ROUTES = 1_000_000

/** Route distinguisher (16 hex digits) of a session whose distinguisher is unknown. */
const NO_DISTINGUISHER = '0'.repeat(16)

/** Session changes that a batch recorded, for Peerwatch's log. */
export interface RecordedReports {
  sessions: { neighbor: string | null; state: 'up' | 'down' }[]
}

/**
 * Lower bounds of the time of a change of a session's routes: the start of the session, and the end of the observation
 * before a gap.
 */
interface RouteBounds {
  sessionSince: EpochMs | null
  gapFrom: EpochMs | null
}

/** A report about a session's state, in contrast to reports about routes. */
export type StateReport = RouterSessionUp | RouterSessionDown | RouterSessionUnread

/**
 * Placeholder in the queue for a state report that was recorded ahead of the routes that arrived before it. It contains
 * the effect on the routes, which is applied when the placeholder is reached.
 */
export interface RecordedAhead {
  type: 'recordedAhead'
  peer: RouterPeer
  at: EpochMs
  before: RouteBounds
  after: RouteBounds
  /** lower bound of the time at which the session's routes ended; null = the session did not go down */
  sweep: { earliest: EpochMs | null } | null
}

/** State that is carried from one batch of a router to the next. A batch that fails leaves it unchanged. */
export class RouterProgress {
  /**
   * number of the router's route rows; null = not counted yet. After a failure it may be too high, so rows are counted
   * again when the limit is reached.
   */
  routes: number | null = null
  /**
   * bounds for the routes of a peer, by the key of the peer, while reports of the peer's state are recorded ahead of
   * these routes
   */
  bounds: ReadonlyMap<string, RouteBounds> = new Map()
  /** the last transaction and its result, from its commit until the database answers; null = no commit is unanswered */
  unanswered: { id: string; result: unknown } | null = null
}

/** Records the reports of one router in one transaction. */
export class RouterBatch {
  private readonly client: PoolClient
  private readonly connection: RouterConnectionKey
  private readonly connectedAt: EpochMs
  private readonly progress: RouterProgress
  private readonly bounds: Map<string, RouteBounds>
  private sessions = new Map<string, KnownRouterSession>()
  private readonly recorded: RecordedReports = { sessions: [] }
  /** route reports that wait to be compared with the stored routes, because one statement handles many routes */
  private waiting: {
    key: RouterRouteKey
    report: RouterRoute
    bounds: RouteBounds
  }[] = []

  constructor(
    client: PoolClient,
    connection: RouterConnectionKey,
    connectedAt: EpochMs,
    progress: RouterProgress = new RouterProgress(),
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

  async take(report: RouterReport): Promise<void> {
    if (this.isKnownBetter(report)) return
    switch (report.type) {
      case 'sessionUp':
      case 'sessionDown':
      case 'sessionLogged':
      case 'sessionUnread': {
        const { session, gapFrom } = await this.sessionOf(report)
        const sweep = await this.takeState(session, report, gapFrom)
        // ends the session's routes here, because a router sends no withdrawals for routes that end with their session
        if (sweep) await this.endRoutes(session.id, { ...sweep, at: report.at })
        return
      }
      case 'route': {
        const { view, prefix, pathId } = report
        const { id, bounds } = await this.tableOf(report)
        this.waiting.push({ key: { sessionId: id, view, prefix, pathId: pathId ?? ONE_PATH }, report, bounds })
        return
      }
      case 'tableRead': {
        await this.flushRoutes()
        const { view, family, at } = report
        const { id, bounds } = await this.tableOf(report)
        // The router has now sent its whole table. Routes of the table that this connection has not sent no longer
        // exist and end.
        const table = { view, family, notSeenSince: this.connectedAt }
        const sweep = { sessionId: id, table, earliest: bounds.gapFrom, at, ended: 'notInTable' as const }
        await endRouterRoutes(this.client, sweep)
      }
    }
  }

  /**
   * Records a state without its effect on routes. {@link pass} applies that effect after the routes that arrived
   * earlier are recorded.
   */
  async takeAhead(report: StateReport): Promise<RecordedAhead> {
    const known = this.sessions.get(routerPeerKey(report.peer))
    const before = known ? boundsOfRoutes(known) : { sessionSince: null, gapFrom: null }
    const { peer, at } = report
    if (this.isKnownBetter(report)) return { type: 'recordedAhead', peer, at, before, after: before, sweep: null }
    const { session, gapFrom } = await this.sessionOf(report)
    const sweep = await this.takeState(session, report, gapFrom)
    return { type: 'recordedAhead', peer, at, before, after: boundsOfRoutes(session), sweep }
  }

  /**
   * Reports whether this report is about a router's session with the collector and comes from BMP or a log. Such
   * reports are ignored, because the collector itself knows its session better.
   */
  private isKnownBetter({ peer }: RouterReport): boolean {
    return this.connection.protocol !== 'bgp' && this.sessions.get(routerPeerKey(peer))?.isCollected === true
  }

  /**
   * Applies the effect of a state that was recorded ahead to the routes.
   * @param most maximum number of routes that end
   * @returns the number of ended routes; if it equals `most`, there may be more
   */
  async pass({ peer, at, after, sweep }: RecordedAhead, most: number): Promise<number> {
    const key = routerPeerKey(peer)
    const id = this.sessions.get(key)?.id
    const ended = sweep && id !== undefined ? await this.endRoutes(id, { ...sweep, at, most }) : 0
    if (ended < most) this.bounds.set(key, after)
    return ended
  }

  /**
   * Records a line of a log.
   * @returns whether the session of the line is known
   */
  async takeLogged(line: LoggedLine): Promise<boolean> {
    const known = this.sessionLogged(line)
    if (known === 'several') return false
    const peer = known?.peer ?? { type: 'global', distinguisher: NO_DISTINGUISHER, neighbor: line.neighbor }
    const key = routerPeerKey(peer)
    const session = known ?? (await addRouterSession(this.client, this.connection, peer))
    this.sessions.set(key, session)
    await appendRouterLogLine(this.client, session.id, line)
    // sets the state only if the router does not report the session by BMP, because BMP takes precedence over the log
    if (line.state !== null && !session.isReportedByBmp) {
      const { at, notBefore, state, reason, neighborAsn, vrf: tableName } = line
      await this.take({ type: 'sessionLogged', peer, at, notBefore, state, reason, neighborAsn, tableName })
    }
    return true
  }

  /** Returns the session of a line; undefined = the session was never reported. */
  private sessionLogged({ neighbor, vrf }: LoggedLine): KnownRouterSession | undefined | 'several' {
    const own = [...this.sessions.values()].filter(
      ({ peer }) => peer.neighbor !== null && (canonicalAddress(peer.neighbor) ?? peer.neighbor) === neighbor,
    )
    const named = own.filter(({ tableName }) => tableName === vrf)
    const [session, other] = named.length > 0 ? named : own
    if (other || (session && vrf !== null && session.tableName !== null && session.tableName !== vrf)) return 'several'
    return session
  }

  /**
   * Writes the waiting routes and the sessions.
   * @param at time up to which all reports are recorded; null = unchanged
   * @returns the recorded session changes
   */
  async save(at: EpochMs | null): Promise<RecordedReports> {
    await this.flushRoutes()
    await saveRouterSessions(
      this.client,
      [...this.sessions.values()].filter(({ isChanged }) => isChanged),
    )
    // clears `vanished`, because a connection that still reports has not vanished, even if its reports waited for long
    await this.client.query(
      `UPDATE router_connection SET to_at = greatest(to_at, $2), ended = nullif(ended, 'vanished') WHERE id = $1`,
      [this.connection.connectionId, iso(at)],
    )
    return this.recorded
  }

  /** Bounds with which the next batch starts. They are valid only after this batch is committed. */
  get boundsAfter(): ReadonlyMap<string, RouteBounds> {
    return this.bounds
  }

  /** Returns the session to which reported routes belong, with the bounds that apply at the time of the report. */
  private async tableOf(report: RouterReport): Promise<{ id: number; bounds: RouteBounds }> {
    const key = routerPeerKey(report.peer)
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
   * Returns the session of a report. `gapFrom` is the end of the observation before this connection, if this is its
   * first report of the session; otherwise null.
   */
  private async sessionOf({ peer }: RouterReport): Promise<{ session: KnownRouterSession; gapFrom: EpochMs | null }> {
    const key = routerPeerKey(peer)
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
    // if a state was recorded ahead, the state was observed for longer than the session's routes, so its gap begins at
    // the later time
    const gapFrom = Math.max(known.gapFrom, Math.min(known.seenAt ?? 0, this.connectedAt))
    known.observedUntil = null
    known.connectionId = this.connection.connectionId
    known.isCollected = this.connection.protocol === 'bgp'
    known.isChanged = true
    return { session: known, gapFrom }
  }

  /**
   * Applies a reported state to a session.
   * @returns lower bound of the time at which the session's routes ended; null = the session did not go down
   */
  private async takeState(
    session: KnownRouterSession,
    report: StateReport | RouterSessionLogged,
    gapFrom: EpochMs | null,
  ): Promise<RecordedAhead['sweep']> {
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
    return hasFallen ? { earliest: boundsOfChange(report, before?.open ?? null, gapFrom).earliest } : null
  }

  private async flushRoutes(): Promise<void> {
    const { waiting, client } = this
    if (waiting.length === 0) return
    this.waiting = []
    const keys = new Map(waiting.map(({ key }) => [routerRouteKey(key), key]))
    const texts = new Map<RouterRouteAttributes, string>()
    for (const { report } of waiting) {
      const { attributes } = report
      if (attributes && !texts.has(attributes)) texts.set(attributes, JSON.stringify(attributes))
    }
    const numbers = await numberRouterAttributes(client, this.connection.routerId, [...new Set(texts.values())])
    const known = await loadRouterRoutes(client, [...keys.values()])
    const steps = new Map<string, RouterRouteStep>()
    for (const { key, report, bounds } of waiting) {
      const name = routerRouteKey(key)
      const row = known.get(name)
      const attributesId = report.attributes ? (numbers.get(texts.get(report.attributes) ?? '') ?? null) : null
      // ignores the withdrawal of a route that was never advertised, which a router may send
      if (!row && !steps.has(name) && attributesId === null) continue
      const step = steps.get(name) ?? {
        ...key,
        id: row?.id ?? null,
        state: row?.state ?? absentSince(bounds, report),
        past: [],
      }
      const gapFrom = step.state.seenAt < this.connectedAt ? bounds.gapFrom : null
      // a change of a neighbor's routes cannot be earlier than the start of its session
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
   * Reserves room for new route rows.
   * @param fresh number of new rows
   * @throws RouterLimitError if the router would have too many rows
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

/** Returns the state of a route that was never reported. */
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
  db: Queryable,
  sessionId: number,
  { at, notBefore, state, reason, text }: LoggedLine,
): Promise<void> {
  await db.query(
    `INSERT INTO router_log_line (session_id, at, not_before, state, reason, text) VALUES ($1, $2, $3, $4, $5, $6)`,
    [sessionId, iso(at), iso(notBefore), state, reason, text],
  )
}
