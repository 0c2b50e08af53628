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

/** Maximum time in milliseconds that a quiet poll waits for others. */
export const GATHER_MS = 500
/** Maximum wait as a share of the shortest interval of the poll's resource, for frequent polls. */
const GATHER_SHARE = 0.02
/** Delay in milliseconds after which the results of separately committed polls are read together. */
const READ_MS = 20

const NOTHING_NEW: Committed = { status: 'recorded', changes: [], events: [] }

/** A separately committed poll of which some results must still be read. */
interface Unread extends Pick<PollResult, 'lease' | 'observation'> {
  isLeftKnown: boolean
}

interface Waiting extends Gathered {
  resolve: (committed: Committed | Promise<Committed>) => void
}

/**
 * Commits a worker's polls. A poll that changes something is committed separately and immediately. Polls that change
 * nothing are compared in memory with the results of earlier polls, gathered for at most {@link GATHER_MS} and
 * committed together. If a poll cannot be included, or if the common commit fails, polls are committed separately.
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
  /** sources whose state a waiting or committing poll replaces */
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
   * Commits a poll completely or not at all, like {@link commitPoll}.
   * @throws the database's error; then the poll has written nothing, or its lease has ended
   */
  async commit(result: PollResult): Promise<Committed> {
    const gathered = await this.#quietly(result)
    if (!gathered) return this.#alone(result)
    return new Promise((resolve) => this.#gather({ ...gathered, resolve }))
  }

  /** Returns the metric series after the poll before this lease, with their newest buckets; null = unknown here. */
  seriesBefore(lease: Lease): LastPoll['series'] | null {
    return this.#memory.before(lease)?.series ?? null
  }

  /** Returns the data to commit for a poll that changes nothing; null = the poll may change something. */
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
      // a state that detection did not need is unchanged; if another process has stored it, the commit detects that
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

  /** Resolves when no read is in progress. */
  async idle(): Promise<void> {
    while (this.#reading) await this.#reading
  }

  /** Reads the results of polls for later polls, in the background. It never rejects. */
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

  /**
   * Commits one batch at a time. Polls that arrive meanwhile wait for their usual time and for the end of this batch.
   */
  async #commitGathered(): Promise<void> {
    if (this.#isCommitting) return
    this.#isCommitting = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#dueAt = Number.POSITIVE_INFINITY
    const batch = this.#waiting.splice(0, howManyTogether(this.#waiting))
    // the remaining polls did not fit into the batch and are already due
    if (this.#waiting.length > 0) this.#dueAt = performance.now()
    await this.#commitBatch(batch)
    this.#isCommitting = false
    if (this.#waiting.length > 0) this.#commitSoon(this.#dueAt)
  }

  /** Commits a batch. Never rejects: a poll that fails separately rejects its own promise. */
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
