import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { MemoryCache } from '#lib/platform/cache.ts'
import type { PollFailure } from '../../call/failure.ts'

/**
 * The metrics that some resources do not support, as learned from Azure Monitor's refusals. If a request contains one
 * unsupported metric, Azure refuses the whole request with 400. Therefore such a metric is left out of the requests for
 * that resource, and tried again after a day.
 */
export class UnsupportedMetricsCache {
  /** Refusals by {@link keyOf}. Times are of the monotonic clock. */
  readonly #refusals = new MemoryCache<PollFailure>('lacking_metrics', { maxAgeMs: MS_PER_DAY })

  /**
   * Stores the metrics that a refusal reports as unsupported.
   * @returns whether at least one of the requested metrics is among them
   */
  note(resourceId: string, asked: readonly string[], refusal: PollFailure, now: number): boolean {
    const names = lackingIn(refusal, asked)
    for (const name of names) this.#refusals.store(this, keyOf(resourceId, name), refusal, { now })
    return names.length > 0
  }

  /**
   * Divides metrics into the ones that the resource supports as far as known (`has`), and the refusals of the others.
   */
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
 * Returns the requested metrics that Azure's 400 reports as unsupported. The message is: "Failed to find metric
 * configuration for provider: Microsoft.Network, resource Type: virtualNetworkGateways, metric: A, Valid metrics: B,C".
 * If the message lists the valid metrics, all requested metrics that are missing from this list are returned too.
 */
function lackingIn({ error: { httpStatus, detail } }: PollFailure, asked: readonly string[]): string[] {
  if (httpStatus !== 400 || !/metric configuration|valid metrics/i.test(detail)) return []
  const [refused = '', valid = ''] = detail.split(/valid metrics\s*:/i)
  const named = namedIn(refused, asked)
  // Azure truncates a long list, so a metric that is missing from it may still be valid
  const isWhole = valid !== '' && !detail.endsWith('…')
  const others = isWhole ? asked.filter((name) => !isNamed(valid, name)) : []
  return [...new Set([...named, ...others])]
}

/**
 * Returns the requested metrics that a refusal names. Some refusals name a metric without its prefix, for example
 * `ActiveFlows`.
 */
function namedIn(refused: string, asked: readonly string[]): string[] {
  const whole = asked.filter((name) => isNamed(refused, name))
  if (whole.length > 0) return whole
  const words = refused.toLowerCase().match(/[a-z0-9]{6,}/g) ?? []
  const short = asked.filter((name) => words.some((word) => name.toLowerCase().endsWith(word)))
  return short.length === 1 ? short : []
}

/**
 * Reports whether a text contains a name as a whole word. For example, `BitsPerSecond` is not a whole word in
 * `ExpressRouteGatewayBitsPerSecond`.
 */
const isNamed = (text: string, name: string): boolean =>
  text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .includes(name.toLowerCase())
