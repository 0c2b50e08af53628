import {
  type ArrivedMessage,
  type ConnectionEnd,
  type RouterConnection,
  RouterReporter,
  type StationReceiver,
} from '#lib/routers/bmp/index.ts'
import type { EpochMs, RouterPeer, RouterReport } from '#lib/contract/index.ts'
import {
  closeRouterConnection,
  endVanishedRouterConnections,
  extendRouterConnections,
  handOverRouterSessions,
  openRouterConnection,
  recordRouterReports,
  type RouterConnectionKey,
} from '#lib/history/index.ts'
import { routerChanged } from '#lib/poller/poll/router-changed.ts'
import type { Database } from '#lib/platform/database.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import type { Logger } from '#lib/platform/log.ts'
import { insistOn } from './insist.ts'
import { Refusals } from './refusals.ts'

/** How often it is noted that a quiet router is still observed; a crash of the station loses so much of what was known. */
const EXTEND_EVERY_MS = 5_000

/** What a station has not extended for so long has no station any more. */
const VANISHED_AFTER_MS = 60_000

/** An arrival takes a moment from the listening thread to here. */
const HANDOVER_MS = 1_000

/** Of one transaction: 60,000 routes took seconds of CPU without a statement, and PostgreSQL ended them again and again (25P03). */
const MOST_REPORTS = 2_000

interface Recorded {
  /** of two connections the later one has the larger */
  id: number
  reporter: RouterReporter
  /** null = it has not stated who it is */
  key: RouterConnectionKey | null
  connectedAt: EpochMs
  /** a batch is being recorded */
  isBusy: boolean
}

/** Records what routers report. While the database is away, batches wait, and so do the routers' sockets. */
export class RecordingReceiver implements StationReceiver {
  private readonly db: Database
  private readonly log: Logger
  private readonly connections = new Map<number, Recorded>()
  private readonly refusals: Refusals
  private readonly introduced: (address: string, name: string) => Promise<void>
  private readonly timer: NodeJS.Timeout
  private readonly stopped = new AbortController()

  /** @param introduced called when a router has said who it is, with its address and the name that it states */
  constructor(
    db: Database,
    log: Logger,
    introduced: (address: string, name: string) => Promise<void> = async () => undefined,
  ) {
    this.db = db
    this.log = log
    this.introduced = introduced
    this.refusals = new Refusals(log)
    this.timer = setInterval(() => void this.extend(), EXTEND_EVERY_MS)
  }

  /** Gives up on batches that wait for the database. */
  stop(): void {
    clearInterval(this.timer)
    this.stopped.abort(new Error('the station stops'))
  }

  async messages(connection: RouterConnection, batch: readonly ArrivedMessage[]): Promise<void> {
    const recorded = this.connections.get(connection.id) ?? {
      id: connection.id,
      reporter: new RouterReporter(),
      key: null,
      connectedAt: connection.openedAt,
      isBusy: false,
    }
    this.connections.set(connection.id, recorded)
    recorded.isBusy = true
    for (const { at, message } of batch) {
      if (message.type === 'initiation' && recorded.key === null)
        await this.introduce(connection, recorded, at, message)
      if (message.type === 'termination') {
        this.log.info(
          { router: connection.address, reason: message.reason, texts: message.texts },
          'a router says goodbye',
        )
      }
    }
    const { key, connectedAt } = recorded
    const all = batch.flatMap((arrived) => recorded.reporter.reportsOf(arrived))
    const reports = all.filter(({ peer }) => !this.isSpokenFor(recorded, peer))
    for (const report of reports) {
      if (report.type !== 'sessionUnread') continue
      const { peer, detail } = report
      this.log.warn(
        { router: connection.address, neighbor: peer.neighbor, detail },
        'a neighbor is not observed until its session is stated again',
      )
    }
    if (key !== null && reports.length > 0) {
      await this.record(connection.address, key, connectedAt, reports)
    }
    recorded.isBusy = false
  }

  /** In pieces, half as large after each failure, and twice after each success: one that is too much for a slow machine is not tried for ever. */
  private async record(
    router: string,
    key: RouterConnectionKey,
    connectedAt: EpochMs,
    reports: readonly RouterReport[],
  ): Promise<void> {
    let most = MOST_REPORTS
    for (let rest = reports; rest.length > 0; ) {
      let tries = 0
      let piece = rest
      const { sessions } = await this.insist(() => {
        piece = rest.slice(0, Math.max(1, Math.floor(most / 2 ** tries++)))
        return recordRouterReports(this.db, key, connectedAt, piece)
      })
      for (const session of sessions) this.log.info({ router, ...session }, 'session')
      const at = piece.at(-1)?.at ?? connectedAt
      const neighbors = sessions.flatMap(({ neighbor }) => neighbor ?? [])
      if (sessions.length > 0) await this.insist(() => routerChanged(this.db.pool, key.routerId, at, neighbors))
      rest = rest.slice(piece.length)
      most = Math.min(MOST_REPORTS, 2 * piece.length)
    }
  }

  private async introduce(
    { address, port }: RouterConnection,
    recorded: Recorded,
    at: EpochMs,
    { sysName, sysDescr }: { sysName: string | null; sysDescr: string | null },
  ): Promise<void> {
    const router = { address, name: sysName ?? '', software: sysDescr, at }
    recorded.key = await this.insist(() => openRouterConnection(this.db.pool, router))
    recorded.connectedAt = at
    this.log.info({ router: address, port, name: sysName, software: sysDescr }, 'a router reports')
    await this.introduced(address, router.name)
  }

  async closed(connection: RouterConnection, end: ConnectionEnd): Promise<void> {
    const { address, port } = connection
    const { reason, detail, at, lastDataAt } = end
    const fields = { router: address, port, reason, ...(detail !== '' && { detail }) }
    if (reason === 'closed' || reason === 'stopped') this.log.info(fields, 'a router reports no more')
    else this.log.warn(fields, 'the connection of a router ended')

    const key = this.connections.get(connection.id)?.key ?? null
    const ended = this.connections.get(connection.id)
    this.connections.delete(connection.id)
    if (key === null || !ended) return
    // of a connection that broke nothing is known since its last bytes
    const until = reason === 'closed' || reason === 'stopped' ? at : lastDataAt
    try {
      await this.insist(() => closeRouterConnection(this.db.pool, key.connectionId, { until, ended: reason, detail }))
      await this.handOver(ended, key)
      // a router that falls silent may have lost its sessions: Azure has the other ends
      const silent = ended.reporter.known.filter((peer) => !this.isSpokenFor(ended, peer))
      const neighbors = silent.flatMap(({ neighbor }) => neighbor ?? [])
      if (reason !== 'stopped' && neighbors.length > 0)
        await this.insist(() => routerChanged(this.db.pool, key.routerId, at, neighbors))
    } catch (error) {
      this.log.warn({ err: error, router: address }, 'the end of a connection was not recorded; it counts as vanished')
    }
  }

  /** Of two connections of a router the newer one speaks, of each neighbor that it has reported: the older one may lag behind. */
  private isSpokenFor({ id, key }: Recorded, peer: RouterPeer): boolean {
    return [...this.connections.values()].some(
      (other) => other.id > id && other.key?.routerId === key?.routerId && other.reporter.knows(peer),
    )
  }

  /** A router that goes on by an older connection is observed by that one again. */
  private async handOver(ended: Recorded, from: RouterConnectionKey): Promise<void> {
    const others = [...this.connections.values()].filter(({ key }) => key?.routerId === from.routerId)
    for (const other of others.toSorted((a, b) => b.id - a.id)) {
      const { key } = other
      if (!key) continue
      const peers = ended.reporter.known.filter((peer) => other.reporter.knows(peer) && !this.isSpokenFor(other, peer))
      if (peers.length > 0) await this.insist(() => handOverRouterSessions(this.db.pool, from, key, peers))
    }
  }

  refused(address: string, why: 'not_listed' | 'too_many'): void {
    this.refusals.note(address, why)
  }

  private async extend(): Promise<void> {
    const now = databaseNow()
    const quiet = [...this.connections.values()].flatMap(({ key, isBusy }) =>
      key && !isBusy ? [key.connectionId] : [],
    )
    try {
      await extendRouterConnections(this.db.pool, quiet, now - HANDOVER_MS)
      await endVanishedRouterConnections(this.db.pool, now - VANISHED_AFTER_MS)
    } catch (error) {
      this.log.warn({ err: error }, 'not recorded; what routers report waits, and is tried again')
    }
  }

  private insist<Result>(work: () => Promise<Result>): Promise<Result> {
    return insistOn(work, { log: this.log, signal: this.stopped.signal })
  }
}
