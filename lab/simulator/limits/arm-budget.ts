import type { SimulatorProfile, TokenBucketLimits } from '../profile/profile.ts'
import { ArmError } from '../wire/message.ts'
import { retryAfter } from './retry-after.ts'

/** Token buckets by key. They are full at first and are refilled evenly. */

interface Level {
  tokens: number
  at: number
}

/**
 * Maximum number of buckets, which is more than the number of subscriptions and identities in a run. If there are more,
 * the least recently used bucket is removed.
 */
const MOST = 100_000

class TokenBuckets {
  private readonly size: number
  private readonly perMs: number
  private readonly levels = new Map<string, Level>()

  constructor({ size, refill }: TokenBucketLimits) {
    this.size = size
    this.perMs = refill / 1000
  }

  /** Returns the tokens in a bucket, including fractions. */
  level(key: string, at: number): number {
    const known = this.levels.get(key)
    // Two simultaneous requests may be answered out of order, so that the time of the second one is earlier. A bucket
    // is not refilled then.
    return known ? Math.min(this.size, known.tokens + Math.max(0, at - known.at) * this.perMs) : this.size
  }

  /** Returns the milliseconds until a bucket has a whole token; 0 if it has one. */
  wait(key: string, at: number): number {
    return Math.max(0, (1 - this.level(key, at)) / this.perMs)
  }

  draw(key: string, at: number): void {
    const level = { tokens: this.level(key, at) - 1, at: Math.max(at, this.levels.get(key)?.at ?? at) }
    this.levels.delete(key)
    this.levels.set(key, level)
    if (this.levels.size <= MOST) return
    const [oldest] = this.levels.keys()
    if (oldest !== undefined) this.levels.delete(oldest)
  }
}

/** A request to Azure Resource Manager's token buckets ("Understand how Azure Resource Manager throttles requests"). */

export interface ArmCall {
  readonly method: string
  /** '' = a request of the tenant, for example the list of subscriptions. */
  readonly subscription: string
  readonly principal: string
}

type Budget = NonNullable<SimulatorProfile['arm']>
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
   * Draws a token. A refused request draws none.
   * @param speed virtual seconds per real second
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

  /** Returns the remaining tokens as ARM's headers. */
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
