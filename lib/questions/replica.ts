import { setTimeout as delay } from 'node:timers/promises'
import type { EpochMs } from '#lib/contract/index.ts'
import { openProcessCache } from '#lib/platform/cache.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { hasReplicaReplayed, readLogEnd, readLastReplayedCommitTime } from './store/replica-position.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { getReadingDatabase } from './connection.ts'
import { formatIso } from './iso-times.ts'

/**
 * Time in ms for which two facts are cached. POSITION_MS: until which time a replica has all changes. KIND_MS: that a
 * server is not a replica.
 */
const POSITION_MS = 250
const KIND_MS = 10_000

/** Maximum time for which a change notification is delayed while a replica catches up. */
const CATCH_UP_MS = 10_000
const ASK_AGAIN_MS = 40

const positions = openProcessCache<Promise<EpochMs | null>>('replica_positions')
/** Servers that were replicas when they were last checked. */
const replicas = new WeakSet<SqlExecutor>()

/**
 * Returns the time up to which the server behind `q` has all changes of the primary. Null if the server is not a
 * replica, because it then has all changes. It must be called before the data of a response are read, so that the time
 * of the response is not too late.
 */
export async function readReplicaKnownUntil(q: SqlExecutor): Promise<EpochMs | null> {
  const ageOf = (at: EpochMs | null) => (at === null ? KIND_MS : POSITION_MS)
  let isReplica = false
  try {
    const replayedAt = await positions.share(q, '', () => readLastReplayedCommitTime(q), { ageOf })
    isReplica = replayedAt !== null
    return replayedAt
  } finally {
    replicas[isReplica ? 'add' : 'delete'](q)
  }
}

/**
 * Returns the time up to which the server for queries has all changes of the primary; null = it is not a replica. If
 * the last check found that the server is not a replica, null is returned immediately, and a new check is started.
 */
export async function readQuestionsKnownUntil(): Promise<EpochMs | null> {
  const reader = getReadingDatabase()
  const isReplica = replicas.has(reader)
  // An error is ignored here, because the query for the response fails in the same way and reports the error.
  const asked = readReplicaKnownUntil(reader).catch(() => null)
  return isReplica ? asked : null
}

/**
 * Sets `asOf` of a response to `until` if it is later than `until`, because a replica has all changes only up to this
 * time.
 * @param until null = the server is not a replica
 */
export function limitAsOfToReplica<Answer extends { asOf: string }>(answer: Answer, until: EpochMs | null): Answer {
  return until === null || until >= Date.parse(answer.asOf) ? answer : { ...answer, asOf: formatIso(until) }
}

/**
 * Delays change notifications until the replica contains the change, because clients read immediately after a
 * notification. The order of notifications is kept. Notifications that arrive during a wait are delivered after the
 * next wait. A wait takes at most about {@link CATCH_UP_MS}.
 */
export class ReplayDelayedNotifier {
  readonly #reading: () => SqlExecutor
  readonly #primary: () => SqlExecutor
  #waiting: (() => void)[] = []
  #isRunning = false

  constructor(reading: () => SqlExecutor, primary: () => SqlExecutor) {
    this.#reading = reading
    this.#primary = primary
  }

  /**
   * @param deliver function that is called once, when the replica contains all changes up to this call, or when the
   *   maximum wait has passed
   */
  whenShown(deliver: () => void): void {
    this.#waiting.push(deliver)
    if (!this.#isRunning) void this.#run()
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#waiting.length > 0) {
      const due = this.#waiting
      this.#waiting = []
      await this.#catchUp().catch((error: unknown) => {
        createComponentLogger('stream').warn({ err: error }, 'how far the replica is can’t be read')
      })
      for (const deliver of due) deliver()
    }
    this.#isRunning = false
  }

  async #catchUp(): Promise<void> {
    const reading = this.#reading()
    if ((await readReplicaKnownUntil(reading)) === null) return
    const position = await readLogEnd(this.#primary())
    const deadline = performance.now() + CATCH_UP_MS
    while (performance.now() < deadline && !(await hasReplicaReplayed(reading, position))) await delay(ASK_AGAIN_MS)
  }
}
