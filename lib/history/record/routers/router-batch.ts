import type { PoolClient } from 'pg'
import { canonicalAddress } from '#lib/bgp/index.ts'
import {
  type EpochMs,
  type LoggedLine,
  routerPeerKey,
  type RouterReport,
  type RouterRoute,
  type RouterSessionDown,
  type RouterSessionLogged,
  type RouterSessionUp,
} from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso } from '../../times.ts'
import { advanceRouterRoute, type RouterRouteState } from './advance-router-route.ts'
import { advanceRouterSession } from './advance-router-session.ts'
import type { RouterConnectionKey } from './router-connections.ts'
import { boundsOfChange } from './router-interval.ts'
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

/** Routes of one router that are kept: ten times what a circuit of a Premium SKU takes from a customer, over all tables. */
export const MAX_ROUTER_ROUTES = 200_000

/** Of a session whose VRF's route distinguisher nobody states. */
const NO_DISTINGUISHER = '0'.repeat(16)

/** A router has more than is kept of one. `message` is fit to be shown. */
export class RouterLimitError extends Error {
  override readonly name = 'RouterLimitError'
}

/** What changed, for a log. */
export interface RecordedReports {
  sessions: { neighbor: string | null; state: 'up' | 'down' }[]
}

/** What is recorded of one router in one transaction. */
export class RouterBatch {
  private readonly client: PoolClient
  private readonly connection: RouterConnectionKey
  private readonly connectedAt: EpochMs
  private sessions = new Map<string, KnownRouterSession>()
  private readonly recorded: RecordedReports = { sessions: [] }
  /** routes that wait to be compared, because statements serve many */
  private waiting: {
    key: RouterRouteKey
    report: RouterRoute
    session: KnownRouterSession
    sessionSince: EpochMs | null
  }[] = []

  constructor(client: PoolClient, connection: RouterConnectionKey, connectedAt: EpochMs) {
    this.client = client
    this.connection = connection
    this.connectedAt = connectedAt
  }

  async load(): Promise<void> {
    this.sessions = await loadRouterSessions(this.client, this.connection.routerId)
  }

  async take(report: RouterReport): Promise<void> {
    const { session, gapFrom } = await this.sessionOf(report)
    switch (report.type) {
      case 'sessionUp':
      case 'sessionDown':
      case 'sessionLogged':
        return this.takeState(session, report, gapFrom)
      case 'sessionUnread':
        session.isChanged = true
        session.observedUntil = report.at
        return
      case 'route': {
        const { view, prefix, pathId } = report
        const key = { sessionId: session.id, view, prefix, pathId: pathId ?? ONE_PATH }
        this.waiting.push({ key, report, session, sessionSince: session.current?.open.lastAbsent ?? null })
        return
      }
      case 'tableRead': {
        await this.flushRoutes()
        const { view, family, at } = report
        // routes of this connection are younger than it; the others were not sent again
        const table = { view, family, notSeenSince: this.connectedAt }
        const sweep = { sessionId: session.id, table, earliest: session.gapFrom, at, ended: 'notInTable' as const }
        return endRouterRoutes(this.client, sweep)
      }
    }
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

  async save(at: EpochMs): Promise<RecordedReports> {
    await this.flushRoutes()
    await saveRouterSessions(
      this.client,
      [...this.sessions.values()].filter(({ isChanged }) => isChanged),
    )
    await this.client.query('UPDATE router_connection SET to_at = greatest(to_at, $2) WHERE id = $1', [
      this.connection.connectionId,
      new Date(at).toISOString(),
    ])
    return this.recorded
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
    known.observedUntil = null
    known.connectionId = this.connection.connectionId
    known.isChanged = true
    return { session: known, gapFrom: known.gapFrom }
  }

  private async takeState(
    session: KnownRouterSession,
    report: RouterSessionUp | RouterSessionDown | RouterSessionLogged,
    gapFrom: EpochMs | null,
  ): Promise<void> {
    session.isChanged = true
    session.seenAt = report.at
    session.neighborAsn = report.neighborAsn ?? session.neighborAsn
    if (report.type === 'sessionLogged') session.tableName ??= report.tableName
    if (report.type === 'sessionDown' && report.reason.by === 'monitoringStopped') {
      session.observedUntil = report.at
      return
    }
    if (report.type === 'sessionUp') {
      const { localAddress, localAsn, neighborBgpId, holdTimeSeconds, tableName } = report
      Object.assign(session, { localAddress, localAsn, neighborBgpId, holdTimeSeconds, tableName })
    }
    const before = session.current
    const { next, ended } = advanceRouterSession(before, report, gapFrom)
    session.current = next
    if (ended) await appendRouterSession(this.client, session.id, ended)
    if (ended || !before) {
      this.recorded.sessions.push({ neighbor: report.peer.neighbor, state: next.state })
    }
    // a router withdraws nothing that a session took with it
    if (next.state === 'down' && (ended || !before)) {
      await this.flushRoutes()
      const { earliest } = boundsOfChange(report, before?.open ?? null, gapFrom)
      await endRouterRoutes(this.client, {
        sessionId: session.id,
        table: null,
        earliest,
        at: report.at,
        ended: 'sessionDown',
      })
    }
  }

  private async flushRoutes(): Promise<void> {
    const { waiting, client } = this
    if (waiting.length === 0) return
    this.waiting = []
    const keys = new Map(waiting.map(({ key }) => [routerRouteKey(key), key]))
    const texts = new Set(
      waiting.flatMap(({ report }) => (report.attributes ? [JSON.stringify(report.attributes)] : [])),
    )
    const numbers = await numberRouterAttributes(client, this.connection.routerId, [...texts])
    const known = await loadRouterRoutes(client, [...keys.values()])
    const steps = new Map<string, RouterRouteStep>()
    for (const { key, report, session, sessionSince } of waiting) {
      const name = routerRouteKey(key)
      const row = known.get(name)
      const attributesId = report.attributes ? (numbers.get(JSON.stringify(report.attributes)) ?? null) : null
      // a router may withdraw what it never announced
      if (!row && !steps.has(name) && attributesId === null) continue
      const step = steps.get(name) ?? {
        ...key,
        id: row?.id ?? null,
        state: row?.state ?? absentSince(session, report),
        past: [],
      }
      const gapFrom = step.state.seenAt < this.connectedAt ? session.gapFrom : null
      // whatever a neighbor's routes do, they do after its session came up
      const after = [gapFrom, sessionSince].filter((moment) => moment !== null)
      const { next, past } = advanceRouterRoute(
        step.state,
        { ...report, attributesId },
        after.length > 0 ? Math.max(...after) : null,
      )
      if (past) step.past.push(past)
      steps.set(name, { ...step, state: next })
    }
    const all = [...steps.values()]
    const fresh = all.filter(({ id }) => id === null).length
    if (fresh > 0 && fresh + (await countRouterRoutes(client, this.connection.routerId)) > MAX_ROUTER_ROUTES) {
      throw new RouterLimitError(`more than ${MAX_ROUTER_ROUTES} routes; that is the most that is kept of one router`)
    }
    await saveRouterRoutes(client, all)
  }
}

/** A route that was never reported. */
const absentSince = (session: KnownRouterSession, { at }: RouterRoute): RouterRouteState => ({
  attributesId: null,
  open: null,
  seenAt: session.gapFrom ?? at,
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
