import type { HttpExchange } from '#lib/azure/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { getSteadyMs } from '#lib/platform/clock.ts'
import { DEFAULT_IDENTITY } from '#lib/platform/environment.ts'
import type { ExternalClockReading } from './clock-checks.ts'

/**
 * Collects facts from Azure's HTTP responses that are not part of a poll's result: the time of Azure's clock, and the
 * object ID of an identity that Azure refuses.
 */
export class AzureResponseWatch {
  clock: ExternalClockReading | null = null
  /**
   * `theirs`: time of Azure's clock, as stated in its last response; `at`: this machine's monotonic time at which that
   * response was read
   */
  #read: { theirs: EpochMs; at: number } | null = null
  /** object IDs of refused identities, by the names of the identities */
  readonly principalIds = new Map<string, string>()

  readonly note = ({ sentAt, receivedAt, identity = DEFAULT_IDENTITY, answer }: HttpExchange): void => {
    if (answer === null) return
    const theirs = Date.parse(answer.headers.date ?? '')
    if (Number.isFinite(theirs)) {
      this.clock = { sentAt, receivedAt, theirs, resolutionMs: MS_PER_SECOND }
      this.#read = { theirs, at: getSteadyMs() }
    }
    if (answer.status !== 403) return
    const [, principalId] = /object id '([0-9a-f-]{36})'/i.exec(answer.body) ?? []
    if (principalId !== undefined) this.principalIds.set(identity, principalId)
  }

  /**
   * Returns the current time of Azure's clock; null = no response from Azure yet. It is the last `Date` header plus the
   * monotonic time since then, so that changes of this machine's wall clock have no effect.
   */
  readonly azureTime = (): EpochMs | null => this.#read && Math.floor(this.#read.theirs + getSteadyMs() - this.#read.at)
}
