import type { Bounds, CircuitPath, EpochMs } from '#lib/contract/index.ts'
import type { Expectation, Meter, TrafficDirection } from './traffic-baseline.ts'
import type { DetectionSettings } from './settings.ts'

/** The current state of one direction of a meter (a path, or both paths together). */
export interface DirectionFact {
  bps: number | null
  /** minimum traffic that is expected in this direction; null = not known */
  expected: Expectation | null
  deadBps: number
  /** bounds of the time when traffic stopped, if it has not flowed since; null = traffic flows */
  lost: Bounds | null
  /** true if the direction has been dead over the whole window for flat traffic */
  isFlat: boolean
  flowsAgain: Bounds | null
  /** bounds of the time since when traffic has been far below the expected traffic; null = it is not */
  low: Bounds | null
  isLow: boolean
  /** time in ms for which a significant share of the expected traffic has flowed without interruption */
  aliveMs: number
  load: Load
  loadSince: Bounds | null
  /** true if Azure Monitor has reported dropped bits since the load began */
  isDropping: boolean
}

export type MeterFact = Record<TrafficDirection, DirectionFact>

/** The current traffic of a circuit from its byte counters. */
export interface TrafficFact {
  meters: Partial<Record<Meter, MeterFact>>
  /** time in ms for which a meter must be dead to count as flat */
  windowMs: number
  /** 95th percentile of the sum of both paths, bit/s; null = too little data */
  busiest: Record<TrafficDirection, number | null>
  /**
   * last filled window for the paths' shares of the traffic, the two windows before it, and the last changes of a share
   */
  shares: { full: ShareWindow | null; before: ShareWindow[]; steps?: Partial<Record<TrafficDirection, ShareStep>> }
  asymmetric: { inPath: CircuitPath; since: Bounds } | null
  evenAgain: Bounds | null
  /** last pairs of samples of each path, the oldest first, from which the time marks of a failover are computed */
  pairs: Partial<Record<CircuitPath, Pair[]>>
  /** bit rates of Azure Monitor over the same time */
  rates: Partial<Record<CircuitPath, RateBucket[]>>
  /** bit rates of each peering, by peering type; absent if there is only one peering */
  peeringRates?: Partial<Record<string, Partial<Record<CircuitPath, RateBucket[]>>>>
}

/**
 * The traffic between two answers with byte counters. Each answer was sampled between its request and its end, so that
 * all traffic passed within [earliest, latest]. The rate is computed over `lengthMs`, from the middle of the first poll
 * to the middle of the second.
 */
export interface Pair {
  /** start of the poll with the first answer */
  earliest: EpochMs
  /** end of the poll with the second answer */
  latest: EpochMs
  lengthMs: number
  /** bit/s; null = not reported, or the counter fell */
  in: number | null
  out: number | null
}

/** Azure Monitor's bit rates of a path over one interval, [at, at + grainMs); null = not reported. */
export interface RateBucket {
  at: EpochMs
  grainMs: number
  in: number | null
  out: number | null
}

/** Load of one direction of a path. */
export type Load = 'clear' | 'warn' | 'major'

export type Rates = Record<TrafficDirection, number>

/** Average traffic of a circuit over one window, in bit/s. */
export interface ShareWindow {
  earliest: number
  latest: number
  coveredMs: number
  paths: Record<CircuitPath, Rates>
}

/**
 * Returns the primary path's share of both paths' traffic in a direction, 0-1; null = too little traffic to compute
 * shares.
 */
export function primaryShare(
  paths: Record<CircuitPath, Rates>,
  direction: TrafficDirection,
  settings: DetectionSettings,
): number | null {
  const total = paths.primary[direction] + paths.secondary[direction]
  return total < settings['traffic.expected.least'] ? null : paths.primary[direction] / total
}

/** A change of the primary path's share from one pair of samples to the next, with its time. */
export interface ShareStep {
  between: Bounds
  from: number
  to: number
}

export interface TrafficReading {
  path: CircuitPath | null
  bytesIn: string | null
  bytesOut: string | null
}
