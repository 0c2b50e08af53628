/** Token buckets by key: full at first, refilled evenly. */
import type { TokenBucket } from '../profile/profile.ts'

interface Level {
  tokens: number
  at: number
}

/** More than a run has subscriptions and identities; a bucket that is dropped was untouched for longest. */
const MOST = 100_000

export class TokenBuckets {
  private readonly size: number
  private readonly perMs: number
  private readonly levels = new Map<string, Level>()

  constructor({ size, refill }: TokenBucket) {
    this.size = size
    this.perMs = refill / 1000
  }

  /** Tokens in a bucket, fractions included. */
  level(key: string, at: number): number {
    const known = this.levels.get(key)
    // Two requests of one moment may be answered out of order: time that goes back refills nothing.
    return known ? Math.min(this.size, known.tokens + Math.max(0, at - known.at) * this.perMs) : this.size
  }

  /** Milliseconds until a bucket has a whole token; 0 if it has one. */
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
