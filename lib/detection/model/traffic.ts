import type { TimestampBounds, CircuitPath, EpochMs } from '#lib/contract/index.ts'
import type { MinExpectedTrafficRate, CountedTrafficPart, TrafficDirection } from './traffic-baseline.ts'
import type { DetectionSettings } from './settings.ts'

/** The current state of one direction of a meter (a path, or both paths together). */
export interface TrafficDirectionState {
  bps: number | null
  /** minimum traffic that is expected in this direction; null = not known */
  expected: MinExpectedTrafficRate | null
  deadBps: number
  /** bounds of the time when traffic stopped, if it has not flowed since; null = traffic flows */
  lost: TimestampBounds | null
  /**
   * true if the direction has been without traffic ("dead") over the whole window that is required for it to count as
   * flat
   */
  isFlat: boolean
  flowsAgain: TimestampBounds | null
  /** bounds of the time since when traffic has been far below the expected traffic; null = it is not far below */
  low: TimestampBounds | null
  isLow: boolean
  /** time in ms for which a significant share of the expected traffic has flowed without interruption */
  aliveMs: number
  load: BandwidthLoadLevel
  loadSince: TimestampBounds | null
  /** true if Azure Monitor has reported dropped bits since the load began */
  isDropping: boolean
}

export type TrafficByDirection = Record<TrafficDirection, TrafficDirectionState>

/** The current traffic of a circuit from its byte counters. */
export interface CircuitTrafficState {
  meters: Partial<Record<CountedTrafficPart, TrafficByDirection>>
  /** time in ms for which a meter must be without traffic to count as flat */
  windowMs: number
  /** 95th percentile of the sum of both paths, bit/s; null = too little data */
  busiest: Record<TrafficDirection, number | null>
  /**
   * traffic of both paths in the last complete window, in the two windows before it, and the last changes of the
   * primary path's share
   */
  shares: {
    full: AverageTrafficOfTimeWindow | null
    before: AverageTrafficOfTimeWindow[]
    steps?: Partial<Record<TrafficDirection, PrimaryShareStep>>
  }
  asymmetric: { inPath: CircuitPath; since: TimestampBounds } | null
  evenAgain: TimestampBounds | null
  /** last pairs of counter samples of each path, oldest first, from which the times of a failover are computed */
  pairs: Partial<Record<CircuitPath, SamplePair[]>>
  /** bit rates of Azure Monitor for the same time, by path */
  rates: Partial<Record<CircuitPath, BitRatesOfInterval[]>>
  /** bit rates of each peering, by peering type; absent if there is only one peering */
  peeringRates?: Partial<Record<string, Partial<Record<CircuitPath, BitRatesOfInterval[]>>>>
}

/**
 * Pair of consecutive samples of byte counters, with the traffic between them. Each counter was read at some time
 * within its poll, so all of the traffic passed between `earliest` and `latest`. The rate is computed over `lengthMs`,
 * the time from the middle of the first poll to the middle of the second.
 */
export interface SamplePair {
  /** start of the first of the two polls */
  earliest: EpochMs
  /** end of the second of the two polls */
  latest: EpochMs
  lengthMs: number
  /** bit/s; null = not reported, or the counter fell */
  in: number | null
  out: number | null
}

/** Azure Monitor's bit rates of a path over one interval, [at, at + grainMs); null = not reported. */
export interface BitRatesOfInterval {
  at: EpochMs
  grainMs: number
  in: number | null
  out: number | null
}

/** Load level of one direction of a path. */
export type BandwidthLoadLevel = 'clear' | 'warn' | 'major'

export type BitRatesByDirection = Record<TrafficDirection, number>

/** Average traffic of a circuit's paths over one window, in bit/s. */
export interface AverageTrafficOfTimeWindow {
  earliest: number
  latest: number
  coveredMs: number
  paths: Record<CircuitPath, BitRatesByDirection>
}

/**
 * Returns the primary path's share of both paths' traffic in a direction, 0-1; null = too little traffic to compute
 * shares.
 */
export function computePrimaryShare(
  paths: Record<CircuitPath, BitRatesByDirection>,
  direction: TrafficDirection,
  settings: DetectionSettings,
): number | null {
  const total = paths.primary[direction] + paths.secondary[direction]
  return total < settings['traffic.expected.least'] ? null : paths.primary[direction] / total
}

/**
 * A change of the primary path's share between two consecutive pairs of samples: its time, and the share before and
 * after.
 */
export interface PrimaryShareStep {
  between: TimestampBounds
  from: number
  to: number
}

export interface PathByteReading {
  path: CircuitPath | null
  bytesIn: string | null
  bytesOut: string | null
}
