/**
 * Microsoft.Network's own budget: a number of calls per subscription, region and window, for all identities together.
 */
import type { SimulatorProfile } from '../profile/profile.ts'
import { ArmError } from '../wire/message.ts'
import { retryAfter } from './retry-after.ts'

export interface NetworkCall {
  readonly method: string
  readonly subscription: string
  /** Region of the resource, not of ARM. */
  readonly region: string
}

type Budget = NonNullable<SimulatorProfile['network']>
interface Window {
  n: number
  reads: number
  writes: number
}

export class NetworkBudget {
  private readonly budget: Budget
  private readonly windows = new Map<string, Window>()

  constructor(budget: Budget) {
    this.budget = budget
  }

  private window({ subscription, region }: NetworkCall, at: number): Window {
    const key = `${subscription}/${region}`
    const n = Math.floor(at / this.budget.windowMs)
    const known = this.windows.get(key)
    if (known?.n === n) return known
    const fresh = { n, reads: 0, writes: 0 }
    this.windows.set(key, fresh)
    return fresh
  }

  /**
   * Returns the header in which the provider reports its load: the share of the calls of the window that are used, in
   * percent.
   */
  levels({ subscription, region }: Omit<NetworkCall, 'method'>, at: number): Record<string, string> {
    const window = this.window({ method: 'GET', subscription, region }, at)
    const percent = (kind: 'reads' | 'writes') => ((100 * window[kind]) / this.budget[kind]).toFixed(1)
    return { 'x-ms-throttle-levels': `network-read:${percent('reads')},network-write:${percent('writes')},etc` }
  }

  private kind({ method }: NetworkCall): 'reads' | 'writes' | null {
    if (method === 'GET') return 'reads'
    return method !== 'POST' || this.budget.countsPosts ? 'writes' : null
  }

  /**
   * Counts a call. A refused call does not count.
   * @throws ArmError 429 as published in openshift/hypershift issue 9050
   */
  admit(call: NetworkCall, at: number, speed: number): void {
    const kind = this.kind(call)
    if (!kind) return
    const window = this.window(call, at)
    if (window[kind] >= this.budget[kind]) {
      const headers = retryAfter((window.n + 1) * this.budget.windowMs - at, speed)
      const minutes = this.budget.windowMs / 60_000
      throw new ArmError(429, 'RetryableError', 'A retryable error occurred.', headers, [
        {
          code: 'RetryableErrorDueToTooManyCalls',
          message: `Subscription ${call.subscription} was used to perform too many calls within last ${minutes} minutes. The number of calls exceeds Microsoft.Network throttling limit. The call can be retried in ${headers['retry-after']} seconds.`,
        },
      ])
    }
    window[kind] += 1
  }

  /**
   * Returns the remaining calls in the header that ARM uses if a provider counts; empty for a call that is not counted.
   */
  remaining(call: NetworkCall, at: number): Record<string, string> {
    const kind = this.kind(call)
    if (!kind) return {}
    const left = this.budget[kind] - this.window(call, at)[kind]
    return { 'x-ms-ratelimit-remaining-subscription-resource-requests': String(left) }
  }
}
