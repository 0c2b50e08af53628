import type { CircuitPath, EpochMs } from '#lib/contract/index.ts'
import type { TrafficFact } from './traffic.ts'

/** For each path of a circuit, whether it is a best path to some prefix; a path without a value was not looked up. */
export type PathsInUse = Partial<Record<CircuitPath, boolean>>

/**
 * An ARP entry that is gone while its session is still up, with the numbers of later good samples of ARP (`arp`) and of
 * the session (`summary`) that agree.
 */
interface ArpSuspicion {
  /** end of the sample that first showed the ARP entry as gone */
  since: EpochMs
  arp: number
  summary: number
}

/** The stored traffic of one set of a circuit's byte counters. */
export interface TrafficState {
  fact: TrafficFact | null
  /** time when `fact` was reported */
  at: EpochMs
  inUse: PathsInUse
  /** time when `inUse` was looked up; absent = never */
  inUseAt?: EpochMs
  /** time when missing traffic on each path last had an explanation, for example maintenance */
  excusedAt: Partial<Record<CircuitPath, EpochMs>>
  suspicions: Partial<Record<CircuitPath, ArpSuspicion>>
  /** end of the newest window that was compared with the windows before it */
  comparedAt: EpochMs | null
  /**
   * end of the poll since which the next counters must decide about missing traffic; false = nothing is undecided, true
   * = undecided, in data of older versions
   */
  waits: EpochMs | boolean
}
