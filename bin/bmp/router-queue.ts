import {
  type EpochMs,
  type RouterPeer,
  routerPeerKey,
  type RouterReport,
  type RouterRoute,
} from '#lib/contract/index.ts'
import {
  type RecordedAhead,
  type RecordedReports,
  recordRouterReports,
  recordRouterStates,
  type RouterConnectionKey,
  RouterProgress,
  type StateReport,
} from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'

/**
 * Reports of one transaction, at first. One of 60,000 took seconds of CPU without a statement, and PostgreSQL ended it again and again (25P03); and a
 * Peer Down waits for the current one. Those that follow are as large as {@link PIECE_MS} allows.
 */
const PIECE = { first: 500, smallest: 500, largest: 2_000 }
const PIECE_MS = 50

/** Reports that wait, of one router and of all: about 250 bytes each. With more, sockets are not read. */
const MOST_OF_ROUTER = 400_000
const MOST_WAITING = 600_000

/** A connection whose reports are recorded. */
export interface Reporting {
  readonly key: RouterConnectionKey
  readonly connectedAt: EpochMs
  /** its reports that wait */
  waiting: number
  /** one of its reports can't be recorded; that and those after it are dropped */
  hasFailed: boolean
  /** arrival of the last report that is recorded with all before it; at first, when it connected */
  recordedUpTo: EpochMs
  fail(failure: unknown): void
}

interface Waiting {
  readonly from: Reporting
  report: RouterReport | RecordedAhead
}

/** What the queues of all routers share. */
export class QueueRoom {
  waiting = 0
}

export interface QueueWork {
  db: Database
  /** tries again while the database keeps it from being done */
  insist: <Result>(work: () => Promise<Result>) => Promise<Result>
  /** what changed, once it is recorded */
  changed(from: Reporting, sessions: RecordedReports['sessions'], at: EpochMs): Promise<void>
  /** what the router sent, once it is recorded: the neighbors to which it may announce something else */
  announced?(from: Reporting, neighbors: ReadonlySet<string>, at: EpochMs): void
}

/**
 * What one router reported and is not recorded yet, in the order of its arrival. Nothing of it is left out, for each announcement and withdrawal is
 * a fact of history. While it is more than one transaction takes, states of sessions are recorded ahead of routes (ADR 0281).
 */
export class RouterQueue {
  private readonly work: QueueWork
  private readonly room: QueueRoom
  private readonly progress = new RouterProgress()
  private items: Waiting[] = []
  private head = 0
  /** items whose states are not recorded */
  private states: Waiting[] = []
  /** states that are recorded and still have their place among the items, by peer */
  private readonly ahead = new Map<string, number>()
  private readonly sizes: typeof PIECE
  private piece: number
  private running: Promise<void> | null = null
  private waiters: (() => void)[] = []

  constructor(work: QueueWork, room: QueueRoom, sizes = PIECE) {
    this.work = work
    this.room = room
    this.sizes = sizes
    this.piece = sizes.first
  }

  get size(): number {
    return this.items.length - this.head
  }

  /** Takes reports of one connection; resolves when there is room for more. */
  async push(from: Reporting, reports: readonly RouterReport[]): Promise<void> {
    if (from.hasFailed) return
    for (const report of reports) {
      const item = { from, report }
      this.items.push(item)
      if (isState(report)) this.states.push(item)
    }
    from.waiting += reports.length
    this.room.waiting += reports.length
    this.running ??= this.run().finally(() => {
      this.running = null
      this.wake()
    })
    const { largest } = this.sizes
    await this.until(() => this.size < largest || (this.size < MOST_OF_ROUTER && this.room.waiting < MOST_WAITING))
  }

  /** Resolves when all that a connection reported is recorded or dropped. */
  async settled(from: Reporting): Promise<void> {
    await this.until(() => from.waiting === 0)
  }

  private async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.waiters.push(resolve))
  }

  private wake(): void {
    for (const waiter of this.waiters.splice(0)) waiter()
  }

  private async run(): Promise<void> {
    for (;;) {
      const from = this.items[this.head]?.from
      if (!from) return
      const isLate = this.size > this.piece || this.ahead.size > 0
      try {
        // what a later connection says of a session begins with what this one is known up to
        if (isLate && this.states[0]?.from === from) await this.recordStates(from)
        else await this.recordPiece(from)
      } catch (failure) {
        this.drop(from, failure)
      }
      this.wake()
    }
  }

  private async recordStates(from: Reporting): Promise<void> {
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

  /** Half as much after each failure: one that is too much for a slow machine is not tried for ever. */
  private async recordPiece(from: Reporting): Promise<void> {
    const { work, progress } = this
    let [tries, began] = [0, 0]
    const { sessions, taken, upTo } = await work.insist(() => {
      const most = Math.max(1, Math.floor(this.piece / 2 ** tries++))
      const items = this.items.slice(this.head, this.head + most)
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

  private remove(from: Reporting, done: readonly Waiting['report'][]): void {
    this.head += done.length
    from.waiting -= done.length
    this.room.waiting -= done.length
    // states that were not recorded ahead are recorded now
    const stated = done.filter(isState).length
    if (stated > 0) this.states = this.states.slice(stated)
    for (const report of done) if (report.type === 'recordedAhead') this.pass(report.peer)
    if (this.head < this.sizes.largest && this.size > 0) return
    this.items = this.items.slice(this.head)
    this.head = 0
  }

  /** Of a peer none of whose states is recorded ahead any more, its row says everything. */
  private pass(peer: RouterPeer): void {
    const key = routerPeerKey(peer)
    const left = (this.ahead.get(key) ?? 0) - 1
    if (left > 0) return void this.ahead.set(key, left)
    this.ahead.delete(key)
    const bounds = new Map(this.progress.bounds)
    bounds.delete(key)
    this.progress.bounds = bounds
  }

  private drop(from: Reporting, failure: unknown): void {
    const items = this.items.slice(this.head)
    this.items = items.filter((item) => item.from !== from)
    this.head = 0
    this.states = this.states.filter((item) => item.from !== from)
    for (const { from: of, report } of items) if (of === from && report.type === 'recordedAhead') this.pass(report.peer)
    this.room.waiting -= from.waiting
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
