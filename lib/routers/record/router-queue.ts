import {
  type EpochMs,
  type RouterPeer,
  routerPeerKey,
  type RouterReport,
  type RouterRoute,
  type RouterRouteAttributes,
} from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { bytesOfAttributes, REPORT_BYTES } from '#lib/routers/bmp/index.ts'
import {
  type RecordedAhead,
  type RecordedReports,
  recordRouterReports,
  recordRouterStates,
  type RouterConnectionKey,
  RouterProgress,
  type StateReport,
} from '../store/index.ts'

/**
 * Number of reports per transaction. A transaction of 60,000 reports took seconds of CPU between two statements, so
 * that PostgreSQL ended it again and again (25P03), and a Peer Down waits for the current transaction. After the first
 * transaction, the number is adapted to a duration of {@link PIECE_MS}.
 */
const PIECE = { first: 500, smallest: 500, largest: 2_000 }
const PIECE_MS = 50

/**
 * Maximum bytes of reports in one transaction. It is limited because each set of attributes is a text in the SQL
 * statements. A single report may be larger.
 */
const MAX_PIECE_BYTES = 2 ** 22

/**
 * Maximum bytes of reports that wait to be recorded, of one router and of all routers. When a maximum is reached, the
 * sockets of the router are paused.
 */
export interface QueueLimits {
  router: number
  all: number
  /**
   * bytes that each router may always have waiting, so that a short message does not wait for the tables of other
   * routers
   */
  share: number
}

/** Default limits. The reserved shares of all connections by BMP and BGP together take 32 MB of `all`. */
const LIMITS: QueueLimits = { router: 64 * 2 ** 20, all: 256 * 2 ** 20, share: 80 * 2 ** 10 }
const MAX_CONNECTIONS = 400

/** A connection whose reports wait in a queue or are recorded. */
export interface RecordedConnection {
  readonly key: RouterConnectionKey
  readonly connectedAt: EpochMs
  /** number of the connection's waiting reports */
  waiting: number
  /** true if one of its reports cannot be recorded, so that this report and all later ones are dropped */
  hasFailed: boolean
  /** arrival of the last report before which all reports are recorded; initially the time of connection */
  recordedUpTo: EpochMs
  fail(failure: unknown): void
}

interface Waiting {
  readonly from: RecordedConnection
  report: RouterReport | RecordedAhead
  /** the report's attributes; null = the report has no attributes */
  readonly attributes: RouterRouteAttributes | null
}

/** Memory limits that the queues of all routers share. */
export class QueueMemory {
  readonly limits: QueueLimits
  /** bytes of all waiting reports */
  bytes = 0
  private waiters: (() => void)[] = []

  constructor(limits: QueueLimits = LIMITS) {
    this.limits = limits
  }

  /** Resolves when a condition holds. The condition is tested immediately and after each change of a queue. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.waiters.push(resolve))
  }

  wake(): void {
    for (const waiter of this.waiters.splice(0)) waiter()
  }
}

export interface QueueWork {
  db: Database
  /** runs work, and repeats it while the database is unavailable */
  insist: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** called with the session changes after they are recorded */
  changed(from: RecordedConnection, sessions: RecordedReports['sessions'], at: EpochMs): Promise<void>
  /** called after routes are recorded, with the neighbors whose advertised routes may have changed */
  announced?(from: RecordedConnection, neighbors: ReadonlySet<string>, at: EpochMs): void
}

/**
 * Queue of one router's reports that are not recorded yet, in the order of their arrival. No report is merged or
 * omitted, because each advertisement and withdrawal is part of the history. If the queue is larger than one
 * transaction, reports of session states are recorded ahead of earlier routes (ADR 0281).
 */
export class RouterQueue {
  private readonly work: QueueWork
  private readonly room: QueueMemory
  private readonly progress = new RouterProgress()
  private items: Waiting[] = []
  private head = 0
  /** waiting reports of session states that are not recorded yet */
  private states: Waiting[] = []
  /** number of session states that were recorded ahead and whose placeholder is still in the queue, by peer */
  private readonly ahead = new Map<string, number>()
  private readonly sizes: typeof PIECE
  private piece: number
  private running: Promise<void> | null = null
  /** bytes of the waiting reports, with each set of attributes counted once */
  private bytes = 0
  /** attribute sets of the waiting reports, with their bytes and the number of reports that use them */
  private readonly sets = new Map<RouterRouteAttributes, { bytes: number; uses: number }>()

  constructor(work: QueueWork, room: QueueMemory, sizes = PIECE) {
    this.work = work
    this.room = room
    this.sizes = sizes
    this.piece = sizes.first
  }

  get size(): number {
    return this.items.length - this.head
  }

  /**
   * Adds reports of one connection as soon as the limits allow it. The caller must not add more reports of the
   * connection before the promise resolves.
   */
  async push(from: RecordedConnection, reports: readonly RouterReport[]): Promise<void> {
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
      // starts again, because reports may have arrived after the queue was found empty
      if (this.size > 0) this.start()
      this.room.wake()
    })
  }

  private hasRoomFor(reports: readonly RouterReport[]): boolean {
    const { router, all, share } = this.room.limits
    const bytes = this.bytes + this.bytesOf(reports)
    if (bytes <= share) return true
    // a message that exceeds the limits is accepted if no other report waits, because it would otherwise wait forever
    if (this.room.bytes === 0) return true
    return bytes <= router && this.room.bytes - this.bytes + bytes <= all - MAX_CONNECTIONS * share
  }

  /** Returns the bytes that the reports would add to the queue. */
  private bytesOf(reports: readonly RouterReport[]): number {
    const fresh = new Set<RouterRouteAttributes>()
    for (const report of reports)
      if (report.type === 'route' && report.attributes && !this.sets.has(report.attributes))
        fresh.add(report.attributes)
    let bytes = reports.length * REPORT_BYTES
    for (const attributes of fresh) bytes += bytesOfAttributes(attributes)
    return bytes
  }

  /** Updates the memory counts for a report that starts to wait (1) or is finished (-1). */
  private count({ attributes }: Waiting, change: 1 | -1): void {
    let bytes = REPORT_BYTES
    if (attributes) {
      const set = this.sets.get(attributes) ?? { bytes: bytesOfAttributes(attributes), uses: 0 }
      if (set.uses === (change === 1 ? 0 : 1)) bytes += set.bytes
      set.uses += change
      if (set.uses === 0) this.sets.delete(attributes)
      else this.sets.set(attributes, set)
    }
    this.bytes += change * bytes
    this.room.bytes += change * bytes
  }

  /** Resolves when all reports of a connection are recorded or dropped. */
  async settled(from: RecordedConnection): Promise<void> {
    await this.room.until(() => from.waiting === 0)
  }

  private async run(): Promise<void> {
    for (;;) {
      const from = this.items[this.head]?.from
      if (!from) return
      const isLate = this.size > this.piece || this.ahead.size > 0
      try {
        // The states of a later connection wait until the earlier connection is recorded, because the gap between the
        // two starts at the time up to which the earlier connection is known.
        if (isLate && this.states[0]?.from === from) await this.recordStates(from)
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
      const key = routerPeerKey(recorded.peer)
      if (!bounds.has(key)) bounds.set(key, recorded.before)
      this.ahead.set(key, (this.ahead.get(key) ?? 0) + 1)
      const item = items[n]
      if (item) item.report = recorded
    }
    progress.bounds = bounds
    await work.changed(from, sessions, reports.at(-1)?.at ?? from.connectedAt)
  }

  /**
   * Records the next reports in one transaction. The number of reports is halved after each failure, so that a
   * transaction that is too large for a slow machine is not repeated forever.
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

  /** Returns the first items, at least one, up to `most` items and {@link MAX_PIECE_BYTES}. */
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
    // states among these reports that were not recorded ahead are recorded now
    const stated = done.filter(isState).length
    if (stated > 0) this.states = this.states.slice(stated)
    for (const report of done) if (report.type === 'recordedAhead') this.pass(report.peer)
    if (this.head < this.sizes.largest && this.size > 0) return
    this.items = this.items.slice(this.head)
    this.head = 0
  }

  /**
   * Counts down the states of a peer that were recorded ahead, when their placeholder is reached. After the last of
   * them, the separate bounds of the peer's routes are deleted, because they equal the bounds in its row.
   */
  private pass(peer: RouterPeer): void {
    const key = routerPeerKey(peer)
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

const isState = (report: Waiting['report']): report is StateReport =>
  report.type === 'sessionUp' || report.type === 'sessionDown' || report.type === 'sessionUnread'

const isAnnounced = (report: Waiting['report']): report is RouterRoute =>
  report.type === 'route' && report.view === 'adjOutPost'
