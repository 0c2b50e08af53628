import {
  type EpochMs,
  type RouterPeer,
  buildRouterPeerKey,
  type RouterNeighborReport,
  type RouterRoute,
  type RouterRouteAttributes,
} from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { estimateAttributesBytes, ESTIMATED_REPORT_BYTES } from '#lib/routers/bmp/index.ts'
import {
  type RecordedAheadPlaceholder,
  type RecordedReports,
  recordRouterReports,
  recordRouterStates,
  type RouterConnectionKey,
  RouterRecordingProgress,
  type RouterStateReport,
} from '../store/index.ts'

/**
 * Number of reports in a transaction. It is small because a transaction of 60,000 reports needed seconds of CPU between
 * two statements, so that PostgreSQL ended it repeatedly (error 25P03). A small transaction also lets an urgent report
 * (Peer Down) be recorded sooner. After the first transaction, the number is adapted so that a transaction takes {@link
 * PIECE_MS}.
 */
const PIECE = { first: 500, smallest: 500, largest: 2_000 }
const PIECE_MS = 50

/**
 * Maximum size of the attributes of the reports in a transaction, in bytes, because all attributes are parameters of
 * SQL statements. A single report may exceed it.
 */
const MAX_PIECE_BYTES = 2 ** 22

/**
 * Maximum sizes, in bytes, of the reports of one router and of all routers that wait to be recorded. If a maximum is
 * reached, the router's sockets are not read.
 */
export interface RouterQueueLimits {
  router: number
  all: number
  /**
   * Size in bytes that each router may always use, even if the maximum of all routers is reached. A short message
   * therefore does not wait until the tables of other routers are recorded.
   */
  share: number
}

/** Default limits. If all possible connections (BMP and BGP) use their `share`, they need 32 MB of `all`. */
const LIMITS: RouterQueueLimits = { router: 64 * 2 ** 20, all: 256 * 2 ** 20, share: 80 * 2 ** 10 }
const MAX_CONNECTIONS = 400

/** A connection with reports in a queue. */
export interface RecordedConnection {
  readonly key: RouterConnectionKey
  readonly connectedAt: EpochMs
  /** Number of reports of this connection that wait. */
  waiting: number
  /** True after one of its reports could not be recorded. This and all later reports are then dropped. */
  hasFailed: boolean
  /**
   * Time of arrival until which all reports of the connection are recorded. At first, it is the time at which the
   * router connected.
   */
  recordedUpTo: EpochMs
  fail(failure: unknown): void
}

interface Waiting {
  readonly from: RecordedConnection
  report: RouterNeighborReport | RecordedAheadPlaceholder
  /** Attributes of the route in the report; null = it has none. */
  readonly attributes: RouterRouteAttributes | null
}

/** Memory that the queues of all routers share, with its limits. */
export class RouterQueueMemory {
  readonly limits: RouterQueueLimits
  /** Size of all waiting reports, in bytes. */
  bytes = 0
  private waiters: (() => void)[] = []

  constructor(limits: RouterQueueLimits = LIMITS) {
    this.limits = limits
  }

  /** Waits until a condition is true. It is checked now and after each change of a queue. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.waiters.push(resolve))
  }

  wake(): void {
    for (const waiter of this.waiters.splice(0)) waiter()
  }
}

export interface RouterQueueWork {
  db: Database
  /** Runs work in the database. While the database is unavailable, it tries again. */
  insist: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** Called after changes of sessions were recorded. */
  changed(from: RecordedConnection, sessions: RecordedReports['sessions'], at: EpochMs): Promise<void>
  /** Called after routes were recorded, with the neighbors whose advertised routes may have changed. */
  announced?(from: RecordedConnection, neighbors: ReadonlySet<string>, at: EpochMs): void
}

/**
 * Queue of one router's reports that wait to be recorded, in the order of their arrival. No reports are combined,
 * because each advertisement and withdrawal is part of the history. If a session went down, or if more reports wait than
 * fit into a transaction, reports about the states of sessions are recorded before the routes that wait in front of them
 * (ADR 0281). Routes of sessions that went down then end in several transactions.
 */
export class RouterQueue {
  private readonly work: RouterQueueWork
  private readonly room: RouterQueueMemory
  private readonly progress = new RouterRecordingProgress()
  private items: Waiting[] = []
  private head = 0
  /**
   * Waiting reports about the states of sessions. States that were already recorded, ahead of the routes that arrived
   * before them, are not included.
   */
  private states: Waiting[] = []
  /**
   * For each peer: number of states that were recorded ahead of routes that arrived earlier, and whose place in the
   * queue has not been reached yet.
   */
  private readonly ahead = new Map<string, number>()
  private readonly sizes: typeof PIECE
  private piece: number
  private running: Promise<void> | null = null
  /** Size of the waiting reports, in bytes. Attributes that several reports share count once. */
  private bytes = 0
  /** Attributes of the waiting reports, with their size and the number of reports that use them. */
  private readonly sets = new Map<RouterRouteAttributes, { bytes: number; uses: number }>()

  constructor(work: RouterQueueWork, room: RouterQueueMemory, sizes = PIECE) {
    this.work = work
    this.room = room
    this.sizes = sizes
    this.piece = sizes.first
  }

  get size(): number {
    return this.items.length - this.head
  }

  /**
   * Adds reports of a connection, as soon as there is space for them. The caller must wait for the promise before it
   * adds more reports of the same connection.
   */
  async push(from: RecordedConnection, reports: readonly RouterNeighborReport[]): Promise<void> {
    const isFit = () => this.hasRoomFor(reports)
    if (!isFit()) await this.room.until(() => from.hasFailed || isFit())
    if (from.hasFailed) return
    for (const report of reports) {
      const item = { from, report, attributes: report.type === 'route' ? report.attributes : null }
      this.items.push(item)
      if (isState(report)) this.states.push(item)
      this.count(item, 1)
    }
    from.waiting += reports.length
    this.start()
  }

  private start(): void {
    this.running ??= this.run().finally(() => {
      this.running = null
      // start again, because reports may have arrived since the queue was empty
      if (this.size > 0) this.start()
      this.room.wake()
    })
  }

  private hasRoomFor(reports: readonly RouterNeighborReport[]): boolean {
    const { router, all, share } = this.room.limits
    const bytes = this.bytes + this.bytesOf(reports)
    if (bytes <= share) return true
    // accept any message if nothing waits, because a message that exceeds the limits would otherwise wait forever
    if (this.room.bytes === 0) return true
    return bytes <= router && this.room.bytes - this.bytes + bytes <= all - MAX_CONNECTIONS * share
  }

  /** Returns by how many bytes the reports would increase the queue. */
  private bytesOf(reports: readonly RouterNeighborReport[]): number {
    const fresh = new Set<RouterRouteAttributes>()
    for (const report of reports)
      if (report.type === 'route' && report.attributes && !this.sets.has(report.attributes))
        fresh.add(report.attributes)
    let bytes = reports.length * ESTIMATED_REPORT_BYTES
    for (const attributes of fresh) bytes += estimateAttributesBytes(attributes)
    return bytes
  }

  /** Updates the sizes for a report that was added (1) or removed (-1). */
  private count({ attributes }: Waiting, change: 1 | -1): void {
    let bytes = ESTIMATED_REPORT_BYTES
    if (attributes) {
      const set = this.sets.get(attributes) ?? { bytes: estimateAttributesBytes(attributes), uses: 0 }
      if (set.uses === (change === 1 ? 0 : 1)) bytes += set.bytes
      set.uses += change
      if (set.uses === 0) this.sets.delete(attributes)
      else this.sets.set(attributes, set)
    }
    this.bytes += change * bytes
    this.room.bytes += change * bytes
  }

  /** Waits until all reports of a connection are recorded or dropped. */
  async settled(from: RecordedConnection): Promise<void> {
    await this.room.until(() => from.waiting === 0)
  }

  private async run(): Promise<void> {
    for (;;) {
      const from = this.items[this.head]?.from
      if (!from) return
      const isLate = this.size > this.piece || this.ahead.size > 0
      const isUrgent = isLate || this.states.some(({ report }) => report.type === 'sessionDown')
      try {
        // The states of a newer connection are recorded only after all reports of the older connection. The gap between
        // the two connections begins at the end of the older one, so this end must be known first.
        if (isUrgent && this.states[0]?.from === from) await this.recordStates(from)
        else await this.recordPiece(from)
      } catch (failure) {
        this.drop(from, failure)
      }
      this.room.wake()
    }
  }

  private async recordStates(from: RecordedConnection): Promise<void> {
    const { work, states, progress } = this
    const others = states.findIndex((item) => item.from !== from)
    const items = states.slice(0, others < 0 ? this.sizes.largest : Math.min(others, this.sizes.largest))
    const reports = items.flatMap(({ report }) => (isState(report) ? [report] : []))
    const { sessions, ahead } = await work.insist(() =>
      recordRouterStates(work.db, from.key, from.connectedAt, reports, progress),
    )
    this.states = states.slice(items.length)
    const bounds = new Map(progress.bounds)
    for (const [n, recorded] of ahead.entries()) {
      const key = buildRouterPeerKey(recorded.peer)
      if (!bounds.has(key)) bounds.set(key, recorded.before)
      this.ahead.set(key, (this.ahead.get(key) ?? 0) + 1)
      const item = items[n]
      if (item) item.report = recorded
    }
    progress.bounds = bounds
    await work.changed(from, sessions, reports.at(-1)?.at ?? from.connectedAt)
  }

  /**
   * Records the next reports in one transaction. After a failure, half as many reports are tried, so that a transaction
   * that is too large for a slow machine does not fail forever.
   */
  private async recordPiece(from: RecordedConnection): Promise<void> {
    const { work, progress } = this
    let [tries, began] = [0, 0]
    const { sessions, taken, upTo } = await work.insist(() => {
      const most = Math.max(1, Math.floor(this.piece / 2 ** tries++))
      const items = this.firstItems(most)
      const end = items.findIndex((item) => item.from !== from || (this.ahead.size > 0 && isState(item.report)))
      const reports = (end < 0 ? items : items.slice(0, end)).map(({ report }) => report)
      began = performance.now()
      const next = this.items[this.head + reports.length]
      const nextAt = next?.from === from ? next.report.at : null
      return recordRouterReports(work.db, from.key, from.connectedAt, reports, progress, nextAt)
    })
    const share = PIECE_MS / Math.max(1, performance.now() - began)
    if (tries > 1 || taken === this.piece)
      this.piece = Math.round(Math.min(Math.max(taken * Math.min(share, 2), this.sizes.smallest), this.sizes.largest))
    const done = this.items.slice(this.head, this.head + taken).map(({ report }) => report)
    const at = done.at(-1)?.at ?? null
    from.recordedUpTo = Math.max(from.recordedUpTo, upTo ?? 0)
    this.remove(from, done)
    if (at !== null) await work.changed(from, sessions, at)
    const announcing = done.flatMap((report) => (isAnnounced(report) ? [report] : []))
    const neighbors = new Set(announcing.flatMap(({ peer }) => peer.neighbor ?? []))
    if (neighbors.size > 0) work.announced?.(from, neighbors, announcing[0]?.at ?? 0)
  }

  /** Returns the first waiting reports: at least one, at most `most`, and not more than {@link MAX_PIECE_BYTES}. */
  private firstItems(most: number): Waiting[] {
    const items: Waiting[] = []
    const seen = new Set<RouterRouteAttributes>()
    let bytes = 0
    for (const item of this.items.slice(this.head, this.head + most)) {
      const { attributes } = item
      if (attributes && !seen.has(attributes)) bytes += this.sets.get(attributes)?.bytes ?? 0
      if (attributes) seen.add(attributes)
      if (bytes > MAX_PIECE_BYTES && items.length > 0) break
      items.push(item)
    }
    return items
  }

  private remove(from: RecordedConnection, done: readonly Waiting['report'][]): void {
    for (const item of this.items.slice(this.head, this.head + done.length)) this.count(item, -1)
    this.head += done.length
    from.waiting -= done.length
    // the states among these reports do not wait any more
    const stated = done.filter(isState).length
    if (stated > 0) this.states = this.states.slice(stated)
    for (const report of done) if (report.type === 'recordedAhead') this.pass(report.peer)
    if (this.head < this.sizes.largest && this.size > 0) return
    this.items = this.items.slice(this.head)
    this.head = 0
  }

  /**
   * Called when the queue reaches the place of a state that was recorded earlier, ahead of the routes that arrived
   * before it. After the last such state of a peer, the peer's own `bounds` are removed, because the stored session
   * then has the same values.
   */
  private pass(peer: RouterPeer): void {
    const key = buildRouterPeerKey(peer)
    const left = (this.ahead.get(key) ?? 0) - 1
    if (left > 0) return void this.ahead.set(key, left)
    this.ahead.delete(key)
    const bounds = new Map(this.progress.bounds)
    bounds.delete(key)
    this.progress.bounds = bounds
  }

  private drop(from: RecordedConnection, failure: unknown): void {
    const items = this.items.slice(this.head)
    this.items = items.filter((item) => item.from !== from)
    this.head = 0
    this.states = this.states.filter((item) => item.from !== from)
    for (const item of items) {
      if (item.from !== from) continue
      this.count(item, -1)
      if (item.report.type === 'recordedAhead') this.pass(item.report.peer)
    }
    from.waiting = 0
    from.hasFailed = true
    this.progress.unanswered = null
    from.fail(failure)
  }
}

const isState = (report: Waiting['report']): report is RouterStateReport =>
  report.type === 'sessionUp' || report.type === 'sessionDown' || report.type === 'sessionUnread'

const isAnnounced = (report: Waiting['report']): report is RouterRoute =>
  report.type === 'route' && report.view === 'adjOutPost'
