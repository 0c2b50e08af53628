/**
 * Locks of resources, so that only one diagnostic operation runs on a resource at a time. A second operation is refused
 * immediately; it does not wait.
 */
import { hashTextToUnitFraction } from '../hash.ts'
import type { SimulatorProfile } from '../profile/profile.ts'
import { ArmError } from '../wire/message.ts'
import { retryAfter } from './retry-after.ts'

export interface LockingOperation {
  /** For example `GetBgpPeerStatusOperation`. */
  readonly operation: string
  readonly id: string
  /** ARM ID of the resource, in the spelling of the request */
  readonly resource: string
  /** URL of the operation, at which other clients can query whether it has ended */
  readonly place: string
  readonly until: number
}

export class ResourceOperationLocks {
  private readonly conflicts: number
  private readonly held = new Map<string, LockingOperation>()

  constructor({ conflicts }: NonNullable<SimulatorProfile['lock']>) {
    this.conflicts = conflicts
  }

  /** Returns the operation that runs on a resource; null if there is none. */
  holder(resource: string, at: number): LockingOperation | null {
    const known = this.held.get(resource.toLowerCase())
    return known && at < known.until ? known : null
  }

  /**
   * Locks a resource.
   * @throws ArmError 429 or 409 that names the running operation
   */
  take(lock: LockingOperation, at: number, speed: number): void {
    const key = lock.resource.toLowerCase()
    const holder = this.holder(key, at)
    if (holder) throw this.refusal(holder, `${key}/${at}`, at, speed)
    this.held.set(key, lock)
  }

  private refusal(holder: LockingOperation, chance: string, at: number, speed: number): ArmError {
    if (hashTextToUnitFraction(`conflict/${chance}`) < this.conflicts) {
      // Azure/bicep issue 5132
      const message = `Another operation on this or dependent resource is in progress. To retrieve status of the operation use uri: ${holder.place}.`
      return new ArmError(409, 'AnotherOperationInProgress', message)
    }
    // cloudfoundry/bosh-azure-cpi-release issue 179, kubernetes-sigs/cluster-api-provider-azure issue 4385
    const headers = retryAfter(holder.until - at, speed)
    return new ArmError(429, 'RetryableError', 'A retryable error occurred.', headers, [
      {
        code: 'RetryableErrorDueToAnotherOperation',
        message: `Operation ${holder.operation} (${holder.id}) is updating resource ${holder.resource}. The call can be retried in ${headers['retry-after']} seconds.`,
      },
    ])
  }
}
