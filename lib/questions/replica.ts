import { setTimeout as delay } from 'node:timers/promises'
import type { EpochMs } from '#lib/contract/index.ts'
import { Cache } from '#lib/platform/cache.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { hasReplayed, readLogEnd, readReplayedAt } from './store/replica-position.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { readingDatabase } from './connection.ts'
import { iso } from './wire.ts'

/**
 * POSITION_MS: maximum age in ms of a replica's known replay position. KIND_MS: maximum age of the knowledge that a
 * server is not a replica.
 */
const POSITION_MS = 250
const KIND_MS = 10_000

/** Maximum time for which a change notification is delayed while a replica catches up. */
const CATCH_UP_MS = 10_000
const ASK_AGAIN_MS = 40

const positions = new Cache<Promise<EpochMs | null>>('replica_positions')
/** Servers that were replicas at the last check. */
const replicas = new WeakSet<Queryable>()

/**
 * Returns the time up to which the server behind `q` is certain to have all recorded data; null = it is not a replica
 * and has all data. Must be called before the data of a response are read, so that the response is not dated too late.
 */
export async function knownUntil(q: Queryable): Promise<EpochMs | null> {
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
 * Returns the time up to which the server that answers requests and pages has all recorded data; null = not a replica.
 * If the server was not a replica at the last check, the function does not wait for a new check.
 */
export async function questionsKnownUntil(): Promise<EpochMs | null> {
  const reader = readingDatabase()
  const isReplica = replicas.has(reader)
  // If this query fails, so does the query for the response, which reports the error.
  const asked = knownUntil(reader).catch(() => null)
  return isReplica ? asked : null
}

/**
 * Limits `asOf` of a response from a replica to the time up to which the replica has replayed changes. An earlier
 * `asOf` is unchanged.
 * @param until null = not a replica
 */
export function asOfKnown<Answer extends { asOf: string }>(answer: Answer, until: EpochMs | null): Answer {
  return until === null || until >= Date.parse(answer.asOf) ? answer : { ...answer, asOf: iso(until) }
}

/**
 * Delays notifications until a replica shows the announced change, because clients query immediately after a
 * notification. The order is kept; notifications that arrive while the replica catches up are delivered after its next
 * check. The delay is at most about {@link CATCH_UP_MS}.
 */
export class AfterReplay {
  readonly #reading: () => Queryable
  readonly #primary: () => Queryable
  #waiting: (() => void)[] = []
  #isRunning = false

  constructor(reading: () => Queryable, primary: () => Queryable) {
    this.#reading = reading
    this.#primary = primary
  }

  /** @param deliver called once, when the replica shows all changes up to this call or the delay has ended */
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
        componentLogger('stream').warn({ err: error }, 'how far the replica is can’t be read')
      })
      for (const deliver of due) deliver()
    }
    this.#isRunning = false
  }

  async #catchUp(): Promise<void> {
    const reading = this.#reading()
    if ((await knownUntil(reading)) === null) return
    const position = await readLogEnd(this.#primary())
    const deadline = performance.now() + CATCH_UP_MS
    while (performance.now() < deadline && !(await hasReplayed(reading, position))) await delay(ASK_AGAIN_MS)
  }
}
