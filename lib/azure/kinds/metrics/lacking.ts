import { DAY } from '#lib/contract/time/time.ts'
import { Cache } from '#lib/platform/cache.ts'
import type { PollFailure } from '../../call/failure.ts'

/**
 * Metrics that single resources do not support, according to Azure Monitor's refusals. A single unsupported metric
 * makes Azure refuse the whole request with 400, so these metrics are left out for that resource, and tried again after
 * a day.
 */
export class UnsupportedMetricsCache {
  /** Refusals by {@link keyOf}, on the monotonic clock. */
  readonly #refusals = new Cache<PollFailure>('lacking_metrics', { maxAgeMs: DAY })

  /**
   * Records a refusal.
   * @returns whether the refusal names any of the requested metrics
   */
  note(resourceId: string, asked: readonly string[], refusal: PollFailure, now: number): boolean {
    const names = lackingIn(refusal, asked)
    for (const name of names) this.#refusals.store(this, keyOf(resourceId, name), refusal, { now })
    return names.length > 0
  }

  /** Returns the metrics that the resource supports as far as known, and the refusals of the others. */
  divide(resourceId: string, metrics: readonly string[], now: number): { has: string[]; refusals: PollFailure[] } {
    const found = metrics.map((name) => this.#refusals.find(this, keyOf(resourceId, name), { now }))
    return {
      has: metrics.filter((_, n) => found[n] === undefined),
      refusals: [...new Set(found.filter((refusal) => refusal !== undefined))],
    }
  }
}

const keyOf = (resourceId: string, metric: string) => `${resourceId.toLowerCase()} ${metric}`

/**
 * Returns the metrics that a 400 reports as unsupported: "Failed to find metric configuration for provider:
 * Microsoft.Network, resource Type: virtualNetworkGateways, metric: A, Valid metrics: B,C". If the message lists the
 * valid metrics, all requested metrics outside the list are returned too.
 */
function lackingIn({ error: { httpStatus, detail } }: PollFailure, asked: readonly string[]): string[] {
  if (httpStatus !== 400 || !/metric configuration|valid metrics/i.test(detail)) return []
  const [refused = '', valid = ''] = detail.split(/valid metrics\s*:/i)
  const named = namedIn(refused, asked)
  // a long list is truncated, so a metric that is missing from it may still be valid
  const isWhole = valid !== '' && !detail.endsWith('…')
  const others = isWhole ? asked.filter((name) => !isNamed(valid, name)) : []
  return [...new Set([...named, ...others])]
}

/** Returns the requested metrics in the text of a refusal. Some refusals omit the prefix of a metric: `ActiveFlows`. */
function namedIn(refused: string, asked: readonly string[]): string[] {
  const whole = asked.filter((name) => isNamed(refused, name))
  if (whole.length > 0) return whole
  const words = refused.toLowerCase().match(/[a-z0-9]{6,}/g) ?? []
  const short = asked.filter((name) => words.some((word) => name.toLowerCase().endsWith(word)))
  return short.length === 1 ? short : []
}

/**
 * Reports whether the text contains the name as a whole word: `BitsPerSecond` is not in
 * `ExpressRouteGatewayBitsPerSecond`.
 */
const isNamed = (text: string, name: string): boolean =>
  text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .includes(name.toLowerCase())
