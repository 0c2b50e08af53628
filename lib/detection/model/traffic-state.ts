import type { CircuitPath, EpochMs } from '#lib/contract/index.ts'
import type { TrafficFact } from './traffic.ts'

/** The paths of a circuit that are among the best paths to some prefix, as far as it was looked up. */
export type PathsInUse = Partial<Record<CircuitPath, boolean>>

/**
 * An ARP entry that is gone while its session is still up, with the number of later good samples of each kind that
 * agree.
 */
interface ArpSuspicion {
  /** end of the sample that first showed the ARP entry as gone */
  since: EpochMs
  arp: number
  summary: number
}

/** The stored traffic of a part of a circuit. */
export interface TrafficState {
  fact: TrafficFact | null
  /** time when `fact` was reported */
  at: EpochMs
  inUse: PathsInUse
  /** time when `inUse` was looked up; absent = never */
  inUseAt?: EpochMs
  /** time when the counters of a path last had an excuse for missing traffic */
  excusedAt: Partial<Record<CircuitPath, EpochMs>>
  suspicions: Partial<Record<CircuitPath, ArpSuspicion>>
  /** end of the newest window of shares that was compared with the window before */
  comparedAt: EpochMs | null
  /**
   * end of the poll since which the next bytes decide about missing traffic; false = undecided about nothing, true =
   * undecided, in data of older versions
   */
  waits: EpochMs | boolean
}
