import { DAY } from '#lib/contract/time/time.ts'
import { Cache } from '#lib/platform/cache.ts'
import type { PollFailure } from '../../call/failure.ts'

/**
 * Metrics that single resources of a type lack, as Azure Monitor refused them: one of them in a request is a 400 for all that it names. They
 * are left out of the requests for that resource, and tried again after a day.
 */
export class UnsupportedMetricsCache {
  /** Key: {@link keyOf}. The clock is monotonic. */
  readonly #refusals = new Cache<PollFailure>('lacking_metrics', { maxAgeMs: DAY })

  /** @returns whether the refusal names any of what was asked for */
  note(resourceId: string, asked: readonly string[], refusal: PollFailure, now: number): boolean {
    const names = lackingIn(refusal, asked)
    for (const name of names) this.#refusals.store(this, keyOf(resourceId, name), refusal, { now })
    return names.length > 0
  }

  /** Of these metrics, what the resource has as far as is known, and the refusals of the others. */
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
 * The metrics that a 400 says a resource does not have: "Failed to find metric configuration for provider: Microsoft.Network, resource Type:
 * virtualNetworkGateways, metric: A, Valid metrics: B,C". Where it lists the valid ones, all that are not among them.
 */
function lackingIn({ error: { httpStatus, detail } }: PollFailure, asked: readonly string[]): string[] {
  if (httpStatus !== 400 || !/metric configuration|valid metrics/i.test(detail)) return []
  const [refused = '', valid = ''] = detail.split(/valid metrics\s*:/i)
  const named = namedIn(refused, asked)
  // a long list is cut off, so that what is not in it proves nothing
  const isWhole = valid !== '' && !detail.endsWith('…')
  const others = isWhole ? asked.filter((name) => !isNamed(valid, name)) : []
  return [...new Set([...named, ...others])]
}

/** Some refusals leave the metric's family off: `ActiveFlows`. */
function namedIn(refused: string, asked: readonly string[]): string[] {
  const whole = asked.filter((name) => isNamed(refused, name))
  if (whole.length > 0) return whole
  const words = refused.toLowerCase().match(/[a-z0-9]{6,}/g) ?? []
  const short = asked.filter((name) => words.some((word) => name.toLowerCase().endsWith(word)))
  return short.length === 1 ? short : []
}

/** As a word: `BitsPerSecond` is not in `ExpressRouteGatewayBitsPerSecond`. */
const isNamed = (text: string, name: string): boolean =>
  text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .includes(name.toLowerCase())
