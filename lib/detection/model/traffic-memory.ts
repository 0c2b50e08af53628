import type { Bounds, CircuitPath, EpochMs } from '#lib/contract/index.ts'
import { type Meter, type TrafficDirection } from './traffic-baseline.ts'
import type { Load, Pair, RateBucket, ShareStep, ShareWindow } from './traffic.ts'

/** The stored state of a circuit's traffic counters. Its size is limited. */
export interface TrafficMemory {
  counters: CountersMemory | null
  meters: Partial<Record<Meter, Record<TrafficDirection, DirectionMemory>>>
  shares: SharesMemory
  metrics: MetricsMemory
  pairs: Partial<Record<CircuitPath, Pair[]>>
  /** last levels that were reported to the group, as text; a difference is reported as a change */
  reported: string
}

export interface CountersMemory {
  /** counters in the answer that ended the last pair of samples */
  last: CounterAnswer
  /** first of the consecutive answers that are equal to the newest */
  distinct: CounterAnswer
  repeats: number
  /** times in ms for which the last answers stayed unchanged; 0 = only until the next poll */
  refreshes: number[]
}

/** The state of one direction of a meter (a path, or both paths together) after the last pair of samples. */
export interface DirectionMemory {
  /** bit/s of the last pair with a rate */
  bps: number | null
  /**
   * last pair of samples with a rate, because traffic may have crossed a level in it although only the next pair shows
   * that
   */
  reported: KnownPair | null
  /** run of pairs of samples at or below the dead rate; null = the last pair was above it */
  dead: Run | null
  /** bounds of the time when traffic stopped; null = traffic flows */
  lost: Bounds | null
  /** true if the direction has been dead over the whole window for flat traffic and has not moved again since */
  isFlat: boolean
  /** run of pairs of samples well above the dead rate while the direction is flat */
  revived: Run | null
  /** bounds of the time when traffic flowed again after the last flat time; null = not seen */
  flowsAgain: Bounds | null
  /** run of pairs of samples far below the expected traffic */
  low: Run | null
  isLow: boolean
  /** run of pairs of samples with a significant share of the expected traffic */
  alive: Run | null
  high: Run | null
  full: Run | null
  easy: Run | null
  load: Load
  loadSince: Bounds | null
  /** last pair of samples with traffic, and the usual rate of the traffic */
  moving: { earliest: EpochMs; latest: EpochMs; lengthMs: number; usualBps: number } | null
}

export interface LastShares extends Pick<Pair, 'earliest' | 'lengthMs'> {
  in: number
  out: number
  moved: boolean
}

export interface SharesMemory {
  /** window for the paths' shares of the traffic that is being filled */
  filling: ShareWindow | null
  /**
   * last filled window. `before`: the two windows before it, the newer first; two are needed, because a change may
   * begin in the middle of a window
   */
  full: ShareWindow | null
  before: ShareWindow[]
  /**
   * last change of the primary path's share from one pair of samples to the next, by direction; absent in data of older
   * versions
   */
  steps?: Partial<Record<TrafficDirection, StepMemory>>
  /**
   * runs of pairs with inbound traffic mostly on one path and outbound traffic mostly on the other, by the path with
   * the inbound traffic
   */
  crossed: Partial<Record<CircuitPath, Run>>
  asymmetric: { inPath: CircuitPath; since: Bounds } | null
  /**
   * shares of the primary path in the last pair of samples, and whether they changed in it; absent in data of older
   * versions
   */
  last?: LastShares
  /** bounds of the time when traffic was last symmetric enough again; null = never */
  evenAgain: Bounds | null
}

/** Recent bit rates and dropped bits from Azure Monitor. */
export interface MetricsMemory {
  rates: Partial<Record<CircuitPath, RateBucket[]>>
  /** bit rates of each peering of a circuit with several peerings, by peering type */
  peerings?: Partial<Record<string, Partial<Record<CircuitPath, RateBucket[]>>>>
  /** begin of the newest bucket in which a path dropped bits */
  drops: Partial<Record<CircuitPath, Partial<Record<TrafficDirection, EpochMs>>>>
}

/** The counters of a circuit as one poll read them, as exact decimal strings. */
export interface CounterAnswer {
  startedAt: EpochMs
  finishedAt: EpochMs
  paths: Partial<Record<CircuitPath, Record<TrafficDirection, string | null>>>
}

/** The last pair of samples with a rate in one direction, combined with later pairs without a rate. */
export interface KnownPair {
  earliest: EpochMs
  lengthMs: number
  /** bit/s; null = the last pair has no rate */
  bps: number | null
}

/** A condition that has held over consecutive pairs of counter samples. */
export interface Run {
  /**
   * bounds of the first of these pairs, in which the condition began; it may have begun earlier if no pair was read
   * before
   */
  since: Bounds
  pairs: number
  coveredMs: number
}

export interface StepMemory {
  /** the last two pairs of samples with a share, the older first */
  last: PairShare[]
  step: ShareStep | null
}

/** Share of the primary path in the traffic of one pair of samples, 0-1. */
export interface PairShare {
  earliest: number
  latest: number
  lengthMs: number
  share: number
}
