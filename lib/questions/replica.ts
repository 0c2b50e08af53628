import { setTimeout as delay } from 'node:timers/promises'
import type { EpochMs } from '#lib/contract/index.ts'
import { Cache } from '#lib/platform/cache.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { hasReplicaReplayed, readLogEnd, readReplayedAt } from './store/replica-position.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { getReadingDatabase } from './connection.ts'
import { formatIso } from './iso-times.ts'

/**
 * Maximum ages in ms of cached knowledge. POSITION_MS: the time up to which a replica has replayed changes. KIND_MS:
 * the knowledge that a server is not a replica.
 */
const POSITION_MS = 250
const KIND_MS = 10_000

/** Maximum time for which a change notification is delayed while a replica catches up. */
const CATCH_UP_MS = 10_000
const ASK_AGAIN_MS = 40

const positions = new Cache<Promise<EpochMs | null>>('replica_positions')
/** Servers that were replicas when they were last checked. */
const replicas = new WeakSet<Queryable>()

/**
 * Returns the time up to which the server behind `q` has all changes of the primary; null = it is not a replica and has
 * all changes. Call it before the data of a response are read, so that the response is not dated too late.
 */
export async function readReplicaKnownUntil(q: Queryable): Promise<EpochMs | null> {
  const ageOf = (at: EpochMs | null) => (at === null ? KIND_MS : POSITION_MS)
  let isReplica = false
  try {
    const replayedAt = await positions.share(q, '', () => readReplayedAt(q), { ageOf })
    isReplica = replayedAt !== null
    return replayedAt
  } finally {
    replicas[isReplica ? 'add' : 'delete'](q)
  }
}

/**
 * Returns the time up to which the server for queries has all changes of the primary; null = not a replica. If the last
 * check found that it is not a replica, the function starts a new check but does not wait for it.
 */
export async function readQuestionsKnownUntil(): Promise<EpochMs | null> {
  const reader = getReadingDatabase()
  const isReplica = replicas.has(reader)
  // An error is ignored here. The query for the response fails in the same way and reports it.
  const asked = readReplicaKnownUntil(reader).catch(() => null)
  return isReplica ? asked : null
}

/**
 * Sets `asOf` of a response to `until` if it is later, because a replica has changes only up to `until`.
 * @param until null = not a replica
 */
export function limitAsOfToReplica<Answer extends { asOf: string }>(answer: Answer, until: EpochMs | null): Answer {
  return until === null || until >= Date.parse(answer.asOf) ? answer : { ...answer, asOf: formatIso(until) }
}

/**
 * Delays change notifications until a replica shows the change, because clients read immediately after a notification.
 * The order is kept. Notifications that arrive during a wait are delivered after the next wait. A wait takes at most
 * about {@link CATCH_UP_MS}.
 */
export class ReplayDelayedNotifier {
  readonly #reading: () => Queryable
  readonly #primary: () => Queryable
  #waiting: (() => void)[] = []
  #isRunning = false

  constructor(reading: () => Queryable, primary: () => Queryable) {
    this.#reading = reading
    this.#primary = primary
  }

  /** @param deliver called once, when the replica shows all changes up to this call or the maximum wait has passed */
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
