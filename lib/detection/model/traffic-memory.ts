import type { TimestampBounds, CircuitPath, EpochMs } from '#lib/contract/index.ts'
import { type CountedTrafficPart, type TrafficDirection } from './traffic-baseline.ts'
import type {
  BandwidthLoadLevel,
  SamplePair,
  BitRatesOfInterval,
  PrimaryShareStep,
  AverageTrafficOfTimeWindow,
} from './traffic.ts'

/**
 * The stored state of a circuit's traffic counters. Its size is limited, because it is read and written with each poll
 * of counters.
 */
export interface CircuitTrafficDetectionState {
  counters: ByteCountersMemory | null
  meters: Partial<Record<CountedTrafficPart, Record<TrafficDirection, TrafficDirectionMemory>>>
  shares: PathSharesMemory
  metrics: TrafficMetricsDetectionState
  pairs: Partial<Record<CircuitPath, SamplePair[]>>
  /**
   * last levels of traffic (for example "no traffic" or "high load") that were reported to the group, as one text. If
   * the text of a later poll differs, the levels have changed
   */
  reported: string
}

export interface ByteCountersMemory {
  /** counters at the end of the last pair of samples */
  last: CounterPollSample
  /** first of the last consecutive responses with equal counters */
  distinct: CounterPollSample
  repeats: number
  /**
   * lengths in ms of the last times in which Azure repeated the same counters from its cache although traffic flowed; 0
   * = every poll had new counters
   */
  refreshes: number[]
}

/** The state of one direction of a meter (a path, or both paths together) after the last pair of counter samples. */
export interface TrafficDirectionMemory {
  /** rate of the last pair of samples that has one, bit/s */
  bps: number | null
  /**
   * last pair of samples that has a rate. A level (for example "no traffic") may have been crossed during that pair,
   * even if only the next pair shows it
   */
  reported: LastRatedPair | null
  /**
   * consecutive pairs of samples whose rate is so low that it counts as no traffic ("dead"); null = the rate of the
   * last pair is higher
   */
  dead: SamplePairRun | null
  /** bounds of the time when traffic stopped; null = traffic flows */
  lost: TimestampBounds | null
  /** true if the direction was without traffic for a whole window ("flat"), and no traffic has flowed since */
  isFlat: boolean
  /** consecutive pairs of samples with a rate clearly above "no traffic", while `isFlat` is true; null = none */
  revived: SamplePairRun | null
  /** bounds of the time when traffic flowed again after the direction was last flat; null = not seen */
  flowsAgain: TimestampBounds | null
  /** consecutive pairs of samples with a rate far below the expected traffic; null = none */
  low: SamplePairRun | null
  isLow: boolean
  /** consecutive pairs of samples with a significant share of the expected traffic; null = none */
  alive: SamplePairRun | null
  high: SamplePairRun | null
  full: SamplePairRun | null
  easy: SamplePairRun | null
  load: BandwidthLoadLevel
  loadSince: TimestampBounds | null
  /** last pair of samples with traffic, and the usual rate of that traffic; null = no traffic was seen */
  moving: { earliest: EpochMs; latest: EpochMs; lengthMs: number; usualBps: number } | null
}

export interface LastPathShares extends Pick<SamplePair, 'earliest' | 'lengthMs'> {
  in: number
  out: number
  moved: boolean
}

export interface PathSharesMemory {
  /** window that is being filled, over which the paths' shares of the traffic are averaged; null = none */
  filling: AverageTrafficOfTimeWindow | null
  /**
   * `full` = last complete window. `before` = the two windows before it, the newer one first; two are kept, because a
   * change may begin in the middle of a window
   */
  full: AverageTrafficOfTimeWindow | null
  before: AverageTrafficOfTimeWindow[]
  /**
   * last change of the primary path's share between two consecutive pairs of samples, by direction; absent in data of
   * older versions
   */
  steps?: Partial<Record<TrafficDirection, ShareStepMemory>>
  /**
   * consecutive pairs in which most of the inbound traffic is on one path and most of the outbound traffic on the
   * other. The key is the path with the inbound traffic
   */
  crossed: Partial<Record<CircuitPath, SamplePairRun>>
  asymmetric: { inPath: CircuitPath; since: TimestampBounds } | null
  /**
   * shares of the primary path in the last pair of samples, and whether they changed in that pair; absent in data of
   * older versions
   */
  last?: LastPathShares
  /** bounds of the time at which traffic was symmetric again after it had been asymmetric; null = never */
  evenAgain: TimestampBounds | null
}

/** Recent bit rates and dropped bits from Azure Monitor. */
export interface TrafficMetricsDetectionState {
  rates: Partial<Record<CircuitPath, BitRatesOfInterval[]>>
  /** bit rates of each peering of a circuit with several peerings, by peering type */
  peerings?: Partial<Record<string, Partial<Record<CircuitPath, BitRatesOfInterval[]>>>>
  /** begin of the newest bucket in which bits were dropped, by path and direction */
  drops: Partial<Record<CircuitPath, Partial<Record<TrafficDirection, EpochMs>>>>
}

/** The counters of a circuit as one poll read them, as exact decimal strings. */
export interface CounterPollSample {
  startedAt: EpochMs
  finishedAt: EpochMs
  paths: Partial<Record<CircuitPath, Record<TrafficDirection, string | null>>>
}

/** The last pair of samples with a rate in one direction. A later pair without a rate only sets `bps` to null. */
export interface LastRatedPair {
  earliest: EpochMs
  lengthMs: number
  /** bit/s; null = the last pair has no rate */
  bps: number | null
}

/** A run: consecutive pairs of counter samples in which a condition held. */
export interface SamplePairRun {
  /**
   * bounds of the first of these pairs, in which the condition began. If no pair was sampled before it, the condition
   * may have begun earlier.
   */
  since: TimestampBounds
  pairs: number
  coveredMs: number
}

export interface ShareStepMemory {
  /** the last two pairs of samples with a share, older first */
  last: PrimaryPairShare[]
  step: PrimaryShareStep | null
}

/** Share of the primary path in the traffic of one pair of samples, 0 to 1. */
export interface PrimaryPairShare {
  earliest: number
  latest: number
  lengthMs: number
  share: number
}
