import type { CircuitPath } from '#lib/contract/index.ts'

export const trafficDirections = ['in', 'out'] as const
/** Direction of traffic; in = into Azure. */
export type TrafficDirection = (typeof trafficDirections)[number]

/** Meters. A meter is the traffic that is counted together: one path of a circuit, or the sum of both paths. */
export const countedTrafficParts = ['primary', 'secondary', 'sum'] as const
export type CountedTrafficPart = (typeof countedTrafficParts)[number]

/** The only path of a VPN connection, which is treated as a circuit. */
export const PATH_NAME_OF_VPN_CONNECTION: CircuitPath = 'primary'

/**
 * Minimum traffic that is expected at this hour of the week (5th percentile of the past), in bit/s. Confidence `low`
 * means that only one past day is known.
 */
export interface MinExpectedTrafficRate {
  bps: number
  confidence: 'normal' | 'low'
}

/**
 * A circuit's usual traffic. The caller reads it at most hourly and passes it to detection, so that a replay can
 * provide the same values.
 */
export interface TrafficBaseline {
  /** bandwidth of one path; null = not known */
  bandwidthBps: number | null
  paths: Partial<Record<CircuitPath, Record<TrafficDirection, MinExpectedTrafficRate | null>>>
  /** 95th percentile over 30 days of the traffic of both paths together, bit/s; null = too little data */
  busiest: Record<TrafficDirection, number | null>
}

export const NO_BASELINE: TrafficBaseline = { bandwidthBps: null, paths: {}, busiest: { in: null, out: null } }

/**
 * Returns the expected traffic of a path, or of both paths together (the sum of the known expectations); null if none
 * is known.
 */
export function getTrafficExpectation(
  { paths }: TrafficBaseline,
  meter: CountedTrafficPart,
  direction: TrafficDirection,
): MinExpectedTrafficRate | null {
  if (meter !== 'sum') return paths[meter]?.[direction] ?? null
  const known = [paths.primary, paths.secondary].flatMap((path) => path?.[direction] ?? [])
  if (known.length === 0) return null
  return {
    bps: known.reduce((sum, { bps }) => sum + bps, 0),
    confidence: known.some(({ confidence }) => confidence === 'low') ? 'low' : 'normal',
  }
}
