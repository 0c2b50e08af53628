import type { Exchange } from '#lib/azure/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { SECOND } from '#lib/contract/time/time.ts'
import { steadyMs } from '#lib/platform/clock.ts'
import { DEFAULT_IDENTITY } from '#lib/platform/environment.ts'
import type { ClockReading } from './clocks.ts'

/** Reads from the client's exchanges what no observation holds: Azure's clock, and who the identity is where Azure refuses it. */
export class AnswerWatch {
  clock: ClockReading | null = null
  /** Azure's clock at a moment of the monotonic clock */
  #read: { theirs: EpochMs; at: number } | null = null
  /** object ids by the names of identities */
  readonly principalIds = new Map<string, string>()

  readonly note = ({ sentAt, receivedAt, identity = DEFAULT_IDENTITY, answer }: Exchange): void => {
    if (answer === null) return
    const theirs = Date.parse(answer.headers.date ?? '')
    if (Number.isFinite(theirs)) {
      this.clock = { sentAt, receivedAt, theirs, resolutionMs: SECOND }
      this.#read = { theirs, at: steadyMs() }
    }
    if (answer.status !== 403) return
    const [, principalId] = /object id '([0-9a-f-]{36})'/i.exec(answer.body) ?? []
    if (principalId !== undefined) this.principalIds.set(identity, principalId)
  }

  /** Returns Azure's time: its last `Date` and the monotonic time since then, which no wall clock moves. null = Azure has not answered yet. */
  readonly azureTime = (): EpochMs | null => this.#read && Math.floor(this.#read.theirs + steadyMs() - this.#read.at)
}
