import { setTimeout as delay } from 'node:timers/promises'
import type { EpochMs } from '#lib/contract/index.ts'
import { Cache } from '#lib/platform/cache.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { hasReplayed, readLogEnd, readReplayedAt } from './store/replica-position.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { readingDatabase } from './connection.ts'
import { iso } from './wire.ts'

/** A replica's position is asked for this often at most; whether a server is one at all, this often. */
const POSITION_MS = 250
const KIND_MS = 10_000

/** What is changed is shown within this, even by a replica that is behind. */
const CATCH_UP_MS = 10_000
const ASK_AGAIN_MS = 40

const positions = new Cache<Promise<EpochMs | null>>('replica_positions')
/** Servers that were replicas when they were queried last. */
const replicas = new WeakSet<Queryable>()

/** Until when the server behind `q` knows what was recorded, at least; null = it is no replica, and knows all. Asked before an answer is read. */
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
 * The same of whom requests and pages ask. Where that is no replica, as far as is known, no request waits for the question whether it has
 * become one.
 */
export async function questionsKnownUntil(): Promise<EpochMs | null> {
  const reader = readingDatabase()
  const isReplica = replicas.has(reader)
  // a database that does not answer says so by the answer itself
  const asked = knownUntil(reader).catch(() => null)
  return isReplica ? asked : null
}

/** An answer that was read from a replica is as of what that had replayed, and not of now. */
export function asOfKnown<Answer extends { asOf: string }>(answer: Answer, until: EpochMs | null): Answer {
  return until === null || until >= Date.parse(answer.asOf) ? answer : { ...answer, asOf: iso(until) }
}

/**
 * Holds what is delivered back until a replica shows it: whoever learns of a change asks at once. Order is kept; what comes while the
 * replica catches up goes out together. Nothing is held back for longer than {@link CATCH_UP_MS}.
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

  /** @param deliver is called once */
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
