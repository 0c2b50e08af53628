import type { Bounds, CircuitPath, EpochMs } from '#lib/contract/index.ts'
import { type Meter, type TrafficDirection } from './traffic-baseline.ts'
import type { Load, Pair, RateBucket, ShareStep, ShareWindow } from './traffic.ts'

/** The stored state of a circuit's traffic. Its size is always bounded. */
export interface TrafficMemory {
  counters: CountersMemory | null
  meters: Partial<Record<Meter, Record<TrafficDirection, DirectionMemory>>>
  shares: SharesMemory
  metrics: MetricsMemory
  pairs: Partial<Record<CircuitPath, Pair[]>>
  /** levels that were last reported to the group, to detect news */
  reported: string
}

export interface CountersMemory {
  /** counters in the answer that ended the last pair of samples */
  last: CounterAnswer
  /** first of the answers that are equal to the newest */
  distinct: CounterAnswer
  repeats: number
  /** durations in ms for which each of the last different answers stayed unchanged; 0 = until the next poll */
  refreshes: number[]
}

/** The state of one direction of a meter after its last pair of samples. */
export interface DirectionMemory {
  /** bit/s of the last pair with a rate */
  bps: number | null
  /** last pair with a rate, because a level may be crossed in it although only the next pair shows that */
  reported: KnownPair | null
  /** pairs at or below the dead rate */
  dead: Run | null
  /** bounds of the time when traffic stopped; null = traffic flows */
  lost: Bounds | null
  /** whether it has been dead over the whole window for flat traffic, and has not moved again since */
  isFlat: boolean
  /** pairs well above the dead rate while it is flat */
  revived: Run | null
  /** time when traffic flowed again after the last flat time */
  flowsAgain: Bounds | null
  /** pairs far below the expected traffic */
  low: Run | null
  isLow: boolean
  /** pairs with a significant share of the expected traffic */
  alive: Run | null
  high: Run | null
  full: Run | null
  easy: Run | null
  load: Load
  loadSince: Bounds | null
  /** last moving pair: its begin, and the usual rate of the traffic */
  moving: { earliest: EpochMs; latest: EpochMs; lengthMs: number; usualBps: number } | null
}

export interface LastShares extends Pick<Pair, 'earliest' | 'lengthMs'> {
  in: number
  out: number
  moved: boolean
}

export interface SharesMemory {
  /** window of shares that is being filled */
  filling: ShareWindow | null
  /**
   * last filled window, and the two windows before it, the newer first, because a shift may begin in the middle of a
   * window
   */
  full: ShareWindow | null
  before: ShareWindow[]
  /** last change of a share from one pair to the next, by direction; absent in data of older versions */
  steps?: Partial<Record<TrafficDirection, StepMemory>>
  /** runs with inbound traffic on one path and outbound traffic on the other, by the path with the inbound traffic */
  crossed: Partial<Record<CircuitPath, Run>>
  asymmetric: { inPath: CircuitPath; since: Bounds } | null
  /** shares of the primary path in the last pair, and whether they changed in it; absent in data of older versions */
  last?: LastShares
  /** time when traffic was last symmetric enough again */
  evenAgain: Bounds | null
}

/** Recent bit rates and drops from Azure Monitor. */
export interface MetricsMemory {
  rates: Partial<Record<CircuitPath, RateBucket[]>>
  /** bit rates of each peering of a circuit with several peerings, by peering type */
  peerings?: Partial<Record<string, Partial<Record<CircuitPath, RateBucket[]>>>>
  /** begin of the newest bucket in which a path dropped bits */
  drops: Partial<Record<CircuitPath, Partial<Record<TrafficDirection, EpochMs>>>>
}

/** The counters of a circuit as one poll read them; exact decimal strings. */
export interface CounterAnswer {
  startedAt: EpochMs
  finishedAt: EpochMs
  paths: Partial<Record<CircuitPath, Record<TrafficDirection, string | null>>>
}

/** The last pair of a direction with a rate, and the later pairs without a rate. */
export interface KnownPair {
  earliest: EpochMs
  lengthMs: number
  /** bit/s; null = the last pair has no rate */
  bps: number | null
}

/** A condition that has held over consecutive pairs. */
export interface Run {
  /**
   * the first of these pairs, in which the condition began; it may have begun earlier if this is the first pair of all
   */
  since: Bounds
  pairs: number
  coveredMs: number
}

export interface StepMemory {
  /** the last two pairs with a share, the older first */
  last: PairShare[]
  step: ShareStep | null
}

/** Share of the primary path over one pair of samples, 0-1. */
export interface PairShare {
  earliest: number
  latest: number
  lengthMs: number
  share: number
}
