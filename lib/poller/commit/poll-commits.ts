import { setTimeout as delay } from 'node:timers/promises'
import {
  type LastPollStateInMemory,
  getLastRouteTableDigest,
  loadLastPolls,
  readDetectionStatesUnlocked,
  pollKindsThatCanBeUnchanged,
  compareUnchangedPoll,
} from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { PollLease } from '#lib/platform/leases/index.ts'
import type { Logger } from '#lib/platform/log.ts'
import { runInNewSpan } from '#lib/platform/tracing.ts'
import { type PollCommitOutcome, commitPoll, type UncommittedPollResult } from './commit-poll.ts'
import { pollsRecordedTogetherTotal } from '../metrics.ts'
import {
  commitPollBatch,
  type UnchangedFinishedPoll,
  countPollsForCommit,
  MAX_POLLS_PER_COMMIT,
} from './commit-batch.ts'
import { LastPollResultCache } from './poll-memory.ts'
import { detectOnUnchangedPoll } from './quiet-detection.ts'

/**
 * Maximum time that a poll without news (a poll that found no change) waits for other polls, so that one transaction
 * can commit them together, milliseconds.
 */
export const MAX_GATHER_WAIT_MS = 500
/**
 * The same maximum as a share of the shortest polling interval of the resource. It matters for resources that are
 * polled very often.
 */
const GATHER_SHARE = 0.02
/**
 * Time for which separately committed polls are gathered before their results are read from the database together,
 * milliseconds.
 */
const READ_MS = 20

const NOTHING_NEW: PollCommitOutcome = { status: 'recorded', changes: [], events: [] }

/**
 * A separately committed poll whose results must be read from the database, because the next poll is compared with
 * them.
 */
interface Unread extends Pick<UncommittedPollResult, 'lease' | 'observation'> {
  isLeftKnown: boolean
}

interface Waiting extends UnchangedFinishedPoll {
  resolve: (committed: PollCommitOutcome | Promise<PollCommitOutcome>) => void
}

/**
 * Commits the polls of a worker. A poll with news (a change or an event) is committed immediately and separately. A
 * poll without news is recognized by a comparison in memory with the previous poll. It waits up to
 * {@link MAX_GATHER_WAIT_MS} for other such polls, and one transaction commits all of them. A poll that this
 * transaction leaves out is committed separately. If the transaction fails, all of its polls are committed separately.
 */
export class PollCommits {
  readonly #db: Database
  readonly #log: Logger
  readonly #memory: LastPollResultCache
  readonly #gatherMs: number
  #waiting: Waiting[] = []
  #timer: NodeJS.Timeout | null = null
  #dueAt = Number.POSITIVE_INFINITY
  #isCommitting = false
  /** Ids of sources for which a poll with a new state of detection is waiting or being committed. */
  readonly #replacing = new Set<number>()
  #unread: Unread[] = []
  #reading: Promise<void> | null = null

  constructor(db: Database, log: Logger, options: { gatherMs?: number; memory?: LastPollResultCache } = {}) {
    this.#db = db
    this.#log = log
    this.#gatherMs = options.gatherMs ?? MAX_GATHER_WAIT_MS
    this.#memory = options.memory ?? new LastPollResultCache()
  }

  /**
   * Commits a poll completely or not at all, like {@link commitPoll}.
   * @throws the error of the database; nothing was written then, or the lease had already ended
   */
  async commit(result: UncommittedPollResult): Promise<PollCommitOutcome> {
    const gathered = await this.#quietly(result)
    if (!gathered) return this.#alone(result)
    return new Promise((resolve) => this.#gather({ ...gathered, resolve }))
  }

  /**
   * Returns the metric series of the previous poll, each with its newest buckets; null = this process does not know
   * them.
   */
  seriesBefore(lease: PollLease): LastPollStateInMemory['series'] | null {
    return this.#memory.before(lease)?.series ?? null
  }

  /** Prepares a poll without news for a common transaction. Returns null if the poll may have news. */
  async #quietly(result: UncommittedPollResult): Promise<UnchangedFinishedPoll | null> {
    const { lease, observation, localAddresses } = result
    if (result.sessionsChanged || result.asksFor.length > 0 || result.notBefore !== null || result.endsBurst)
      return null
    const last = this.#memory.before(lease)
    if (!last) return null
    const quiet = compareUnchangedPoll(last, observation, { intervalSeconds: lease.everySeconds, localAddresses })
    if (!quiet || this.#replacing.has(lease.sourceId)) return null
    const detection = await runInNewSpan('detect', {}, () =>
      detectOnUnchangedPoll(this.#db.pool, result, quiet, this.#memory.stateOf(lease.sourceId)),
    )
    if (!detection || this.#replacing.has(lease.sourceId)) return null
    if (detection.state !== null) this.#replacing.add(lease.sourceId)
    return { result, quiet, detection }
  }

  async #alone(result: UncommittedPollResult): Promise<PollCommitOutcome> {
    const { lease, observation } = result
    const before = this.#memory.before(lease)
    const stateBefore = this.#memory.stateOf(lease.sourceId)
    this.#memory.forget(lease)
    const committed = await commitPoll(this.#db, result, before && getLastRouteTableDigest(before))
    if (
      committed.status === 'recorded' &&
      observation.outcome === 'ok' &&
      pollKindsThatCanBeUnchanged.has(observation.kind)
    ) {
      const { left } = committed
      // If detection did not read the state, this poll has not changed it. If another process has stored a new state
      // meanwhile, the next commit detects this by its version.
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

  /** Waits until the results of committed polls are read. */
  async idle(): Promise<void> {
    while (this.#reading) await this.#reading
  }

  /**
   * Reads the results of committed polls from the database in the background, for the comparison with later polls.
   * Never rejects.
   */
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
    const states = await readDetectionStatesUnlocked(this.#db.pool, [
      ...new Set(polls.map(({ lease }) => lease.sourceId)),
    ])
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
    if (this.#waiting.length >= MAX_POLLS_PER_COMMIT) this.#commitSoon(now)
    else if (dueAt < this.#dueAt) this.#commitSoon(dueAt)
  }

  #commitSoon(at: number): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#dueAt = at
    this.#timer = setTimeout(() => void this.#commitGathered(), Math.max(0, at - performance.now()))
  }

  /**
   * Commits the waiting polls. Only one transaction runs at a time; polls that arrive meanwhile wait for its end and
   * for their usual time.
   */
  async #commitGathered(): Promise<void> {
    if (this.#isCommitting) return
    this.#isCommitting = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#dueAt = Number.POSITIVE_INFINITY
    const batch = this.#waiting.splice(0, countPollsForCommit(this.#waiting))
    // the remaining polls did not fit into the transaction. Their waiting time is over, so commit them next
    if (this.#waiting.length > 0) this.#dueAt = performance.now()
    await this.#commitBatch(batch)
    this.#isCommitting = false
    if (this.#waiting.length > 0) this.#commitSoon(this.#dueAt)
  }

  /** Commits some polls in one transaction. It never rejects; a poll that fails rejects only its own promise. */
  async #commitBatch(batch: readonly Waiting[]): Promise<void> {
    let recorded: ReadonlySet<UnchangedFinishedPoll> = new Set()
    try {
      const committed = await commitPollBatch(this.#db, batch)
      recorded = committed.recorded
      pollsRecordedTogetherTotal.inc(recorded.size)
      for (const one of batch) if (recorded.has(one)) this.#remember(one, committed.versions)
    } catch (error) {
      this.#log.debug({ err: error, polls: batch.length }, 'polls are committed one by one')
    }
    for (const one of batch) {
      if (one.detection.state !== null) this.#replacing.delete(one.result.lease.sourceId)
      one.resolve(recorded.has(one) ? NOTHING_NEW : this.#alone(one.result))
    }
  }

  #remember(
    { result: { lease }, quiet, detection }: UnchangedFinishedPoll,
    versions: ReadonlyMap<number, string>,
  ): void {
    this.#memory.remember(lease, quiet.after)
    const version = versions.get(lease.sourceId)
    if (detection.state !== null && version !== undefined) {
      this.#memory.rememberState(lease.sourceId, { state: detection.state, version })
    }
  }
}
