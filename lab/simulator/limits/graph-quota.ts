/**
 * Resource Graph's quota: a number of queries per user and window ("Guidance for throttled requests in Azure Resource
 * Graph").
 */
import type { SimulatorProfile } from '../profile/profile.ts'
import { ArmError } from '../wire/message.ts'

type Quota = NonNullable<SimulatorProfile['graph']>['quota']

export class GraphQuota {
  private readonly quota: Quota
  private readonly windows = new Map<string, { n: number; used: number }>()

  constructor(quota: Quota) {
    this.quota = quota
  }

  /**
   * Counts a query.
   * @returns the headers of a successful response
   * @throws ArmError 429 with the same headers
   */
  admit(principal: string, at: number, speed: number): Record<string, string> {
    const { queries, windowMs } = this.quota
    const n = Math.floor(at / windowMs)
    const known = this.windows.get(principal)
    const window = known?.n === n ? known : { n, used: 0 }
    this.windows.set(principal, window)
    const seconds = Math.ceil(((n + 1) * windowMs - at) / 1000 / speed)
    const resets = `00:00:${String(seconds).padStart(2, '0')}`
    const headers = (left: number) => ({
      'x-ms-user-quota-remaining': String(left),
      'x-ms-user-quota-resets-after': resets,
    })
    if (window.used >= queries)
      throw new ArmError(
        429,
        'RateLimiting',
        'Client application has been throttled and should not attempt to repeat the request until an amount of time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help.',
        headers(0),
      )
    window.used += 1
    return headers(queries - window.used)
  }
}
