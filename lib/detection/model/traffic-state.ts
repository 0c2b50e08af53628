import type { CircuitPath, EpochMs } from '#lib/contract/index.ts'
import type { CircuitTrafficState } from './traffic.ts'

/** For each path of a circuit, whether it is the best path to some prefix; a path without a value was not checked. */
export type BestPathUseByPath = Partial<Record<CircuitPath, boolean>>

/**
 * Contradiction on a path: the ARP entry is gone although the session is up. `arp` and `summary` = numbers of later
 * good polls of ARP and of the session that confirm it.
 */
interface ArpSuspicion {
  /** end of the poll that first showed the ARP entry as gone */
  since: EpochMs
  arp: number
  summary: number
}

/** The stored traffic of one set of a circuit's byte counters, with data that later evaluations need. */
export interface TrafficState {
  fact: CircuitTrafficState | null
  /** time when `fact` was reported */
  at: EpochMs
  inUse: BestPathUseByPath
  /** time when `inUse` was read; absent = never */
  inUseAt?: EpochMs
  /** last time at which there was a reason for missing traffic on a path, for example maintenance, by path */
  excusedAt: Partial<Record<CircuitPath, EpochMs>>
  suspicions: Partial<Record<CircuitPath, ArpSuspicion>>
  /** end of the newest window that was compared with the windows before it */
  comparedAt: EpochMs | null
  /**
   * end of the poll after which it was still undecided whether missing traffic is a fault, so that the next counters
   * must be evaluated; false = nothing is undecided; true = undecided, in data of older versions
   */
  waits: EpochMs | boolean
}
