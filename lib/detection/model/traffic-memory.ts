import type { Bounds, CircuitPath, EpochMs } from '#lib/contract/index.ts'
import { type Meter, type TrafficDirection } from './traffic-baseline.ts'
import type { Load, Pair, RateBucket, ShareStep, ShareWindow } from './traffic.ts'

/** What is remembered of a circuit's traffic: bounded, whatever happens. */
export interface TrafficMemory {
  counters: CountersMemory | null
  meters: Partial<Record<Meter, Record<TrafficDirection, DirectionMemory>>>
  shares: SharesMemory
  metrics: MetricsMemory
  pairs: Partial<Record<CircuitPath, Pair[]>>
  /** what the estate was reported last, to know what is news */
  reported: string
}

export interface CountersMemory {
  /** the answer that ended the last pair */
  last: CounterAnswer
  /** the first of the answers that are the same as the newest */
  distinct: CounterAnswer
  repeats: number
  /** how long each of the last different answers had stood, ms; 0 = until the next poll */
  refreshes: number[]
}

/** What one direction of a meter did up to its last pair. */
export interface DirectionMemory {
  /** bit/s of the last pair that reported */
  bps: number | null
  /** the same pair: a level may be crossed in it that only the next one shows */
  reported: KnownPair | null
  /** pairs at or below the dead rate */
  dead: Run | null
  /** when it stopped to move; null = it moves */
  lost: Bounds | null
  /** it has been dead over the whole flat window, and has not moved again since */
  isFlat: boolean
  /** pairs well above the dead rate, while it is flat */
  revived: Run | null
  /** when it moved again, the last time that it had been flat */
  flowsAgain: Bounds | null
  /** pairs far below what is expected */
  low: Run | null
  isLow: boolean
  /** pairs of a real share of what is expected */
  alive: Run | null
  high: Run | null
  full: Run | null
  easy: Run | null
  load: Load
  loadSince: Bounds | null
  /** the last moving pair: where it began, and at which usual rate traffic moved */
  moving: { earliest: EpochMs; latest: EpochMs; lengthMs: number; usualBps: number } | null
}

export interface LastShares extends Pick<Pair, 'earliest' | 'lengthMs'> {
  in: number
  out: number
  moved: boolean
}

export interface SharesMemory {
  /** the window that is being filled */
  filling: ShareWindow | null
  /** the last one that was filled, and the two before, the newer first: a shift may fall into the middle of one */
  full: ShareWindow | null
  before: ShareWindow[]
  /** by direction: the last move of a share from one pair to another; absent in what was stored before */
  steps?: Partial<Record<TrafficDirection, StepMemory>>
  /** in on one path and out on the other, by the path that carries what comes in */
  crossed: Partial<Record<CircuitPath, Run>>
  asymmetric: { inPath: CircuitPath; since: Bounds } | null
  /** shares of the primary path in the last pair, and whether they moved in it; absent in what was stored before */
  last?: LastShares
  /** when it was last symmetric enough again */
  evenAgain: Bounds | null
}

/** What Azure Monitor reported recently. */
export interface MetricsMemory {
  rates: Partial<Record<CircuitPath, RateBucket[]>>
  /** of a circuit with several peerings: the same of each, by its type */
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

/** The last pair of a direction that reported a rate, and those after it that reported none. */
export interface KnownPair {
  earliest: EpochMs
  lengthMs: number
  /** bit/s; null = the last one reported none */
  bps: number | null
}

/** Something that has held over pairs without a break. */
export interface Run {
  /** the first of these pairs: it began in here, or before if that is the first pair of all */
  since: Bounds
  pairs: number
  coveredMs: number
}

export interface StepMemory {
  /** the last two pairs that reported a share, the older first */
  last: PairShare[]
  step: ShareStep | null
}

/** The share of the primary path over one pair of samples, 0-1. */
export interface PairShare {
  earliest: number
  latest: number
  lengthMs: number
  share: number
}
