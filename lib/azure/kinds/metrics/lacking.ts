import { DAY } from '#lib/contract/time/time.ts'
import type { PollFailure } from '../../call/failure.ts'

interface Lacking {
  /** asked for again from then on, by the monotonic clock, milliseconds */
  until: number
  refusal: PollFailure
}

/**
 * Metrics that single resources of a type lack, as Azure Monitor refused them: one of them in a request is a 400 for all that it names. They
 * are left out of the requests for that resource, and tried again after a day.
 */
export class LackingMetrics {
  readonly #byResource = new Map<string, Map<string, Lacking>>()

  /** @returns whether the refusal names any of what was asked for */
  note(resourceId: string, asked: readonly string[], refusal: PollFailure, now: number): boolean {
    const names = lackingIn(refusal, asked)
    if (names.length === 0) return false
    const key = resourceId.toLowerCase()
    const known = this.#byResource.get(key) ?? new Map<string, Lacking>()
    for (const name of names) known.set(name, { until: now + DAY, refusal })
    this.#byResource.set(key, known)
    return true
  }

  /** Of these metrics, what the resource has as far as is known, and the refusals of the others. */
  divide(resourceId: string, metrics: readonly string[], now: number): { has: string[]; refusals: PollFailure[] } {
    const known = this.#byResource.get(resourceId.toLowerCase())
    const lacking = metrics.flatMap((name): [string, Lacking][] => {
      const found = known?.get(name)
      if (found && found.until > now) return [[name, found]]
      known?.delete(name)
      return []
    })
    const names = new Set(lacking.map(([name]) => name))
    return {
      has: metrics.filter((name) => !names.has(name)),
      refusals: [...new Set(lacking.map(([, { refusal }]) => refusal))],
    }
  }
}

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
