import type { Bounds, CircuitPath } from '#lib/contract/index.ts'
import type { Expectation, Meter, TrafficDirection } from './baseline.ts'
import type { Load } from './direction.ts'
import type { RateBucket } from './metrics.ts'
import type { Pair } from './pair.ts'
import type { ShareStep } from './share-step.ts'
import type { ShareWindow } from './shares.ts'

/** What one direction of a meter shows now, as the estate takes it. */
export interface DirectionFact {
  bps: number | null
  /** null = nothing is known of what should flow */
  expected: Expectation | null
  deadBps: number
  /** it stopped moving in these bounds, and has not moved since; null = it moves */
  lost: Bounds | null
  /** it has been so over the whole flat window */
  isFlat: boolean
  movedAgain: Bounds | null
  /** far below what is expected since; null = it is not */
  low: Bounds | null
  isLow: boolean
  /** a real share of what is expected has moved for so long, ms */
  aliveMs: number
  load: Load
  loadSince: Bounds | null
  /** Azure Monitor told of dropped bits since the load began */
  isDropping: boolean
}

export type MeterFact = Record<TrafficDirection, DirectionFact>

/** What a circuit's counters show. */
export interface TrafficFact {
  meters: Partial<Record<Meter, MeterFact>>
  /** for how long a meter must stand still, ms */
  windowMs: number
  /** 95th percentile of both paths together, bit/s; null = too little is known */
  busiest: Record<TrafficDirection, number | null>
  /** the last filled window of shares, and the two before it */
  shares: { full: ShareWindow | null; before: ShareWindow[]; steps?: Partial<Record<TrafficDirection, ShareStep>> }
  asymmetric: { inPath: CircuitPath; since: Bounds } | null
  evenAgain: Bounds | null
  /** the last pairs of each path, the oldest first: for the marks of a failover */
  pairs: Partial<Record<CircuitPath, Pair[]>>
  /** bit rates of Azure Monitor over the same time */
  rates: Partial<Record<CircuitPath, RateBucket[]>>
}
