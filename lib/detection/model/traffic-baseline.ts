import type { CircuitPath } from '#lib/contract/index.ts'

export const trafficDirections = ['in', 'out'] as const
/** In = into Azure. */
export type TrafficDirection = (typeof trafficDirections)[number]

/** One path of a circuit, or both together. */
export const meters = ['primary', 'secondary', 'sum'] as const
export type Meter = (typeof meters)[number]

/** A VPN connection counts as a circuit with this path alone. */
export const VPN_PATH: CircuitPath = 'primary'

/** What flows at the least at this hour of the week, bit/s (5th percentile). `low` = only a day of it is known. */
export interface Expectation {
  bps: number
  confidence: 'normal' | 'low'
}

/**
 * What a circuit's past says of its traffic: an input of detection, read by whoever folds, at most hourly, so that a replay can
 * give the same again.
 */
export interface TrafficBaseline {
  /** of one path; null = not known */
  bandwidthBps: number | null
  paths: Partial<Record<CircuitPath, Record<TrafficDirection, Expectation | null>>>
  /** 95th percentile over 30 days of what both paths carry together, bit/s; null = too little is known */
  busiest: Record<TrafficDirection, number | null>
}

export const NO_BASELINE: TrafficBaseline = { bandwidthBps: null, paths: {}, busiest: { in: null, out: null } }

/** What is expected of a meter; of both paths together, the sum of what is expected of each. */
export function expectationOf(
  { paths }: TrafficBaseline,
  meter: Meter,
  direction: TrafficDirection,
): Expectation | null {
  if (meter !== 'sum') return paths[meter]?.[direction] ?? null
  const known = [paths.primary, paths.secondary].flatMap((path) => path?.[direction] ?? [])
  if (known.length === 0) return null
  return {
    bps: known.reduce((sum, { bps }) => sum + bps, 0),
    confidence: known.some(({ confidence }) => confidence === 'low') ? 'low' : 'normal',
  }
}
