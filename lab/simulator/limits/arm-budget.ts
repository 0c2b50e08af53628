/** Azure Resource Manager's token buckets ("Understand how Azure Resource Manager throttles requests"). */
import type { Profile } from '../profile/profile.ts'
import { ArmError } from '../wire/message.ts'
import { retryAfter } from './retry-after.ts'
import { TokenBuckets } from './token-buckets.ts'

export interface ArmCall {
  readonly method: string
  /** '' = a call of the tenant, such as the list of subscriptions. */
  readonly subscription: string
  readonly principal: string
}

type Budget = NonNullable<Profile['arm']>
type Kind = 'reads' | 'writes'

export class ArmBudget {
  private readonly ofPrincipal: Readonly<Record<Kind, TokenBuckets>>
  private readonly ofAll: Readonly<Record<Kind, TokenBuckets>>

  constructor({ reads, writes, allPrincipals: n }: Budget) {
    this.ofPrincipal = { reads: new TokenBuckets(reads), writes: new TokenBuckets(writes) }
    const times = ({ size, refill }: Budget['reads']) => new TokenBuckets({ size: size * n, refill: refill * n })
    this.ofAll = { reads: times(reads), writes: times(writes) }
  }

  private keys({ method, subscription, principal }: ArmCall) {
    const kind: Kind = method === 'GET' ? 'reads' : 'writes'
    return { kind, own: `${subscription}/${principal}`, all: subscription }
  }

  /**
   * Draws a token; a refused call draws none.
   * @param speed virtual seconds a second
   * @throws ArmError 429
   */
  admit(call: ArmCall, at: number, speed: number): void {
    const { kind, own, all } = this.keys(call)
    const ofTenant = call.subscription === ''
    const wait = Math.max(this.ofPrincipal[kind].wait(own, at), ofTenant ? 0 : this.ofAll[kind].wait(all, at))
    if (wait > 0) {
      const headers = retryAfter(wait, speed)
      const what = ofTenant ? `tenant` : `subscription '${call.subscription}'`
      throw new ArmError(
        429,
        ofTenant ? 'TenantRequestsThrottled' : 'SubscriptionRequestsThrottled',
        `Number of '${kind.slice(0, -1)}' requests for ${what} actor '${call.principal}' exceeded. Please try again after '${headers['retry-after']}' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for additional information.`,
        headers,
      )
    }
    this.ofPrincipal[kind].draw(own, at)
    if (!ofTenant) this.ofAll[kind].draw(all, at)
  }

  /** What remains, as ARM's headers say it. */
  remaining(call: ArmCall, at: number): Record<string, string> {
    const { kind, own, all } = this.keys(call)
    const whole = (buckets: TokenBuckets, key: string) => String(Math.max(0, Math.floor(buckets.level(key, at))))
    const mine = whole(this.ofPrincipal[kind], own)
    if (call.subscription === '') return { [`x-ms-ratelimit-remaining-tenant-${kind}`]: mine }
    return {
      [`x-ms-ratelimit-remaining-subscription-${kind}`]: mine,
      [`x-ms-ratelimit-remaining-subscription-global-${kind}`]: whole(this.ofAll[kind], all),
    }
  }
}
