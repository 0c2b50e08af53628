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

/** Routes of one router that are kept, over all tables: about the Internet's, in 400 MB of the database. */
export const MAX_ROUTER_ROUTES = 1_000_000

/** Of a session whose VRF's route distinguisher nobody states. */
const NO_DISTINGUISHER = '0'.repeat(16)

/** What changed, for a log. */
export interface RecordedReports {
  sessions: { neighbor: string | null; state: 'up' | 'down' }[]
}

/** What changes of a session's routes came after: its coming up, and, where it was not observed meanwhile, the end of what was known. */
interface RouteBounds {
  sessionSince: EpochMs | null
  gapFrom: EpochMs | null
}

/** A report of a session's state; what is known of routes does not decide what it says. */
export type StateReport = RouterSessionUp | RouterSessionDown | RouterSessionUnread

/** In the place of a state's report that was recorded ahead of the routes that arrived before it: what it means for these. */
export interface RecordedAhead {
  type: 'recordedAhead'
  peer: RouterPeer
  at: EpochMs
  before: RouteBounds
  after: RouteBounds
  /** what the session took with it; null = it did not go down */
  sweep: { earliest: EpochMs | null } | null
}

/** What lasts from one batch of a router to the next. A batch that fails leaves it as it was. */
export class RouterProgress {
  /** rows of routes that the router has; null = not counted yet. After a failure it may be too many, and is counted again at the limit. */
  routes: number | null = null
  /** by the key of the peer, while reports of its state are recorded ahead of its routes */
  bounds: ReadonlyMap<string, RouteBounds> = new Map()
  /** the last transaction, until its commit is answered */
  unanswered: { id: string; result: unknown } | null = null
}

/** What is recorded of one router in one transaction. */
export class RouterBatch {
  private readonly client: PoolClient
  private readonly connection: RouterConnectionKey
  private readonly connectedAt: EpochMs
  private readonly progress: RouterProgress
  private readonly bounds: Map<string, RouteBounds>
  private sessions = new Map<string, KnownRouterSession>()
  private readonly recorded: RecordedReports = { sessions: [] }
  /** routes that wait to be compared, because statements serve many */
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
        // a router withdraws nothing that a session took with it
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
        // routes of this connection are younger than it; the others were not sent again
        const table = { view, family, notSeenSince: this.connectedAt }
        const sweep = { sessionId: id, table, earliest: bounds.gapFrom, at, ended: 'notInTable' as const }
        await endRouterRoutes(this.client, sweep)
      }
    }
  }

  /** Records a state without what it means for routes, which is for {@link pass} when those before it are recorded. */
  async takeAhead(report: StateReport): Promise<RecordedAhead> {
    const known = this.sessions.get(routerPeerKey(report.peer))
    const before = known ? boundsOfRoutes(known) : { sessionSince: null, gapFrom: null }
    const { peer, at } = report
    if (this.isKnownBetter(report)) return { type: 'recordedAhead', peer, at, before, after: before, sweep: null }
    const { session, gapFrom } = await this.sessionOf(report)
    const sweep = await this.takeState(session, report, gapFrom)
    return { type: 'recordedAhead', peer, at, before, after: boundsOfRoutes(session), sweep }
  }

  /** A router's BMP and log report its session with the collector, too. */
  private isKnownBetter({ peer }: RouterReport): boolean {
    return this.connection.protocol !== 'bgp' && this.sessions.get(routerPeerKey(peer))?.isCollected === true
  }

  /**
   * What a state that is recorded means for routes.
   * @param most that end at once
   * @returns how many ended; with `most` there may be others
   */
  async pass({ peer, at, after, sweep }: RecordedAhead, most: number): Promise<number> {
    const key = routerPeerKey(peer)
    const id = this.sessions.get(key)?.id
    const ended = sweep && id !== undefined ? await this.endRoutes(id, { ...sweep, at, most }) : 0
    if (ended < most) this.bounds.set(key, after)
    return ended
  }

  /** @returns whether it is known whose session the line is about */
  async takeLogged(line: LoggedLine): Promise<boolean> {
    const known = this.sessionLogged(line)
    if (known === 'several') return false
    const peer = known?.peer ?? { type: 'global', distinguisher: NO_DISTINGUISHER, neighbor: line.neighbor }
    const key = routerPeerKey(peer)
    const session = known ?? (await addRouterSession(this.client, this.connection, peer))
    this.sessions.set(key, session)
    await appendRouterLogLine(this.client, session.id, line)
    // what a router states by BMP counts for more than what its log says
    if (line.state !== null && !session.isReportedByBmp) {
      const { at, notBefore, state, reason, neighborAsn, vrf: tableName } = line
      await this.take({ type: 'sessionLogged', peer, at, notBefore, state, reason, neighborAsn, tableName })
    }
    return true
  }

  /** undefined = nothing was ever reported of it */
  private sessionLogged({ neighbor, vrf }: LoggedLine): KnownRouterSession | undefined | 'several' {
    const own = [...this.sessions.values()].filter(
      ({ peer }) => peer.neighbor !== null && (canonicalAddress(peer.neighbor) ?? peer.neighbor) === neighbor,
    )
    const named = own.filter(({ tableName }) => tableName === vrf)
    const [session, other] = named.length > 0 ? named : own
    if (other || (session && vrf !== null && session.tableName !== null && session.tableName !== vrf)) return 'several'
    return session
  }

  /** @param at up to when everything is recorded; null = no further than before */
  async save(at: EpochMs | null): Promise<RecordedReports> {
    await this.flushRoutes()
    await saveRouterSessions(
      this.client,
      [...this.sessions.values()].filter(({ isChanged }) => isChanged),
    )
    // what still reports has not vanished, however long it waited
    await this.client.query(
      `UPDATE router_connection SET to_at = greatest(to_at, $2), ended = nullif(ended, 'vanished') WHERE id = $1`,
      [this.connection.connectionId, iso(at)],
    )
    return this.recorded
  }

  /** What the next batch begins with; for when this one is committed. */
  get boundsAfter(): ReadonlyMap<string, RouteBounds> {
    return this.bounds
  }

  /** The session whose routes are reported, as it was when they arrived. */
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

  /** gapFrom: end of what was known before, if this is the connection's first report of the session; otherwise null */
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
    // a state that was recorded ahead is known beyond what is of routes
    const gapFrom = Math.max(known.gapFrom, Math.min(known.seenAt ?? 0, this.connectedAt))
    known.observedUntil = null
    known.connectionId = this.connection.connectionId
    known.isCollected = this.connection.protocol === 'bgp'
    known.isChanged = true
    return { session: known, gapFrom }
  }

  /** @returns what the session took with it; null = it did not go down */
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
      // a router may withdraw what it never announced
      if (!row && !steps.has(name) && attributesId === null) continue
      const step = steps.get(name) ?? {
        ...key,
        id: row?.id ?? null,
        state: row?.state ?? absentSince(bounds, report),
        past: [],
      }
      const gapFrom = step.state.seenAt < this.connectedAt ? bounds.gapFrom : null
      // whatever a neighbor's routes do, they do after its session came up
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

  /** @throws RouterLimitError */
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

/** A route that was never reported. */
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
