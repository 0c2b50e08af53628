import { setTimeout as delay } from 'node:timers/promises'
import {
  type LastPoll,
  lastTable,
  loadLastPolls,
  peekDetectionStates,
  quietKinds,
  quietPoll,
} from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { Lease } from '#lib/platform/leases/index.ts'
import type { Logger } from '#lib/platform/log.ts'
import { inSpan } from '#lib/platform/tracing.ts'
import { type Committed, commitPoll, type PollResult } from './commit-poll.ts'
import { pollsTogether } from '../metrics.ts'
import { commitTogether, type Gathered, howManyTogether, MAX_TOGETHER } from './commit-together.ts'
import { PollMemory } from './poll-memory.ts'
import { foldQuietly } from './quiet-detection.ts'

/** A quiet poll waits so long for others. */
export const GATHER_MS = 500
/** Where polls follow each other closely, no more than this share of the shortest interval of its resource. */
const GATHER_SHARE = 0.02
/** What polls left that were committed alone is read together after this. */
const READ_MS = 20

const NOTHING_NEW: Committed = { status: 'recorded', changes: [], events: [] }

/** A poll that was committed alone, of which something is to be read. */
interface Unread extends Pick<PollResult, 'lease' | 'observation'> {
  isLeftKnown: boolean
}

interface Waiting extends Gathered {
  resolve: (committed: Committed | Promise<Committed>) => void
}

/**
 * Commits a worker's polls. One that changes something is committed alone and at once. Those that change nothing are compared in memory
 * with what the polls before them left, gathered for {@link GATHER_MS} at most and committed together; each that does not fit in is
 * committed alone, and so is each of them when they fail together.
 */
export class PollCommits {
  readonly #db: Database
  readonly #log: Logger
  readonly #memory: PollMemory
  readonly #gatherMs: number
  #waiting: Waiting[] = []
  #timer: NodeJS.Timeout | null = null
  #dueAt = Number.POSITIVE_INFINITY
  #isCommitting = false
  /** sources whose memory a poll that waits, or is being committed, replaces */
  readonly #replacing = new Set<number>()
  #unread: Unread[] = []
  #reading: Promise<void> | null = null

  constructor(db: Database, log: Logger, options: { gatherMs?: number; memory?: PollMemory } = {}) {
    this.#db = db
    this.#log = log
    this.#gatherMs = options.gatherMs ?? GATHER_MS
    this.#memory = options.memory ?? new PollMemory()
  }

  /**
   * As {@link commitPoll}: all that a poll leaves behind, or nothing.
   * @throws what the database says; then the poll has left nothing, or its lease has ended
   */
  async commit(result: PollResult): Promise<Committed> {
    const gathered = await this.#quietly(result)
    if (!gathered) return this.#alone(result)
    return new Promise((resolve) => this.#gather({ ...gathered, resolve }))
  }

  /** The metric series that the poll before this lease left, with their newest buckets; null = not known here. */
  seriesBefore(lease: Lease): LastPoll['series'] | null {
    return this.#memory.before(lease)?.series ?? null
  }

  /** What there is to commit of a poll that changes nothing; null = it may change something. */
  async #quietly(result: PollResult): Promise<Gathered | null> {
    const { lease, observation, localAddresses } = result
    if (result.sessionsChanged || result.asksFor.length > 0 || result.notBefore !== null || result.endsBurst)
      return null
    const last = this.#memory.before(lease)
    if (!last) return null
    const quiet = quietPoll(last, observation, { intervalSeconds: lease.everySeconds, localAddresses })
    if (!quiet || this.#replacing.has(lease.sourceId)) return null
    const detection = await inSpan('detect', {}, () =>
      foldQuietly(this.#db.pool, result, quiet, this.#memory.stateOf(lease.sourceId)),
    )
    if (!detection || this.#replacing.has(lease.sourceId)) return null
    if (detection.state !== null) this.#replacing.add(lease.sourceId)
    return { result, quiet, detection }
  }

  async #alone(result: PollResult): Promise<Committed> {
    const { lease, observation } = result
    const before = this.#memory.before(lease)
    const stateBefore = this.#memory.stateOf(lease.sourceId)
    this.#memory.forget(lease)
    const committed = await commitPoll(this.#db, result, before && lastTable(before))
    if (committed.status === 'recorded' && observation.outcome === 'ok' && quietKinds.has(observation.kind)) {
      const { left } = committed
      // one that was not needed is as it was; where somebody else has stored it, that is found at the commit
      const state = committed.state ?? stateBefore
      if (left) this.#memory.remember(lease, left)
      if (state) this.#memory.rememberState(lease.sourceId, state)
      if (!left || !state) {
        this.#unread.push({ lease, observation, isLeftKnown: left !== undefined })
        this.#reading ??= delay(READ_MS).then(() => this.#read())
      }
    }
    return committed
  }

  /** Resolves when nothing is being read any more. */
  async idle(): Promise<void> {
    while (this.#reading) await this.#reading
  }

  /** Reads what polls have left, for those that follow. Nobody waits for that, and it never rejects. */
  async #read(): Promise<void> {
    while (this.#unread.length > 0) {
      const polls = this.#unread
      this.#unread = []
      try {
        await this.#readAll(polls)
      } catch (error) {
        this.#log.debug({ err: error, polls: polls.length }, 'what polls left could not be read')
      }
    }
    this.#reading = null
  }

  async #readAll(polls: readonly Unread[]): Promise<void> {
    const asked = polls.filter(({ isLeftKnown }) => !isLeftKnown)
    const last =
      asked.length === 0
        ? []
        : await loadLastPolls(
            this.#db.pool,
            asked.map(({ lease, observation }) => ({ sourceId: lease.sourceId, observation })),
          )
    const states = await peekDetectionStates(this.#db.pool, [...new Set(polls.map(({ lease }) => lease.sourceId))])
    for (const [i, { lease }] of asked.entries()) {
      const left = last[i]
      if (left) this.#memory.remember(lease, left)
    }
    for (const [sourceId, peeked] of states) this.#memory.rememberState(sourceId, peeked)
  }

  #gather(waiting: Waiting): void {
    this.#waiting.push(waiting)
    const { shortestSeconds } = waiting.result.lease
    const now = performance.now()
    const dueAt = now + Math.min(this.#gatherMs, GATHER_SHARE * 1_000 * shortestSeconds)
    if (this.#waiting.length >= MAX_TOGETHER) this.#commitSoon(now)
    else if (dueAt < this.#dueAt) this.#commitSoon(dueAt)
  }

  #commitSoon(at: number): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#dueAt = at
    this.#timer = setTimeout(() => void this.#commitGathered(), Math.max(0, at - performance.now()))
  }

  /** One batch at a time: those that come meanwhile wait for others as long as they would otherwise, and for the end of this one. */
  async #commitGathered(): Promise<void> {
    if (this.#isCommitting) return
    this.#isCommitting = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#dueAt = Number.POSITIVE_INFINITY
    const batch = this.#waiting.splice(0, howManyTogether(this.#waiting))
    // what does not fit in is due by now
    if (this.#waiting.length > 0) this.#dueAt = performance.now()
    await this.#commitBatch(batch)
    this.#isCommitting = false
    if (this.#waiting.length > 0) this.#commitSoon(this.#dueAt)
  }

  /** Never rejects: a poll that fails by itself rejects its own promise. */
  async #commitBatch(batch: readonly Waiting[]): Promise<void> {
    let recorded: ReadonlySet<Gathered> = new Set()
    try {
      const committed = await commitTogether(this.#db, batch)
      recorded = committed.recorded
      pollsTogether.inc(recorded.size)
      for (const one of batch) if (recorded.has(one)) this.#remember(one, committed.versions)
    } catch (error) {
      this.#log.debug({ err: error, polls: batch.length }, 'polls are committed one by one')
    }
    for (const one of batch) {
      if (one.detection.state !== null) this.#replacing.delete(one.result.lease.sourceId)
      one.resolve(recorded.has(one) ? NOTHING_NEW : this.#alone(one.result))
    }
  }

  #remember({ result: { lease }, quiet, detection }: Gathered, versions: ReadonlyMap<number, string>): void {
    this.#memory.remember(lease, quiet.after)
    const version = versions.get(lease.sourceId)
    if (detection.state !== null && version !== undefined) {
      this.#memory.rememberState(lease.sourceId, { state: detection.state, version })
    }
  }
}
