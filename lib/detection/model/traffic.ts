import type { Bounds, CircuitPath, EpochMs } from '#lib/contract/index.ts'
import type { Expectation, Meter, TrafficDirection } from './traffic-baseline.ts'
import type { DetectionSettings } from './settings.ts'

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
  flowsAgain: Bounds | null
  /** far below what is expected since; null = it is not */
  low: Bounds | null
  isLow: boolean
  /** a real share of what is expected has moved for so long, ms */
  aliveMs: number
  load: Load
  loadSince: Bounds | null
  /** Azure Monitor reported dropped bits since the load began */
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
  /** of all peerings together: the same of each, by its type; absent where there is one */
  peeringRates?: Partial<Record<string, Partial<Record<CircuitPath, RateBucket[]>>>>
}

/**
 * What passed between two answers. Each was read somewhere between its request and its end, so all of it passed within
 * [earliest, latest]; the rate is taken over `lengthMs`, from the middle of the one to that of the other.
 */
export interface Pair {
  /** request of the first answer */
  earliest: EpochMs
  /** end of the second answer */
  latest: EpochMs
  lengthMs: number
  /** bit/s; null = not reported, or the counter fell */
  in: number | null
  out: number | null
}

/** One Azure Monitor bucket of a path's bit rates, [at, at + grainMs); null = not reported. */
export interface RateBucket {
  at: EpochMs
  grainMs: number
  in: number | null
  out: number | null
}

/** How loaded one direction of a path is. */
export type Load = 'clear' | 'warn' | 'major'

export type Rates = Record<TrafficDirection, number>

/** What a circuit carried over one window, on average in bit/s. */
export interface ShareWindow {
  earliest: number
  latest: number
  coveredMs: number
  paths: Record<CircuitPath, Rates>
}

/** Share of the primary path; null = too little flows to speak of shares. */
export function primaryShare(
  paths: Record<CircuitPath, Rates>,
  direction: TrafficDirection,
  settings: DetectionSettings,
): number | null {
  const total = paths.primary[direction] + paths.secondary[direction]
  return total < settings['traffic.expected.least'] ? null : paths.primary[direction] / total
}

/** A share that moved from one pair to another, and when. */
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
