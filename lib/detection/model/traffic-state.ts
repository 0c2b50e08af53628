import type { CircuitPath, EpochMs } from '#lib/contract/index.ts'
import type { TrafficFact } from './traffic.ts'

/** Which paths of a circuit are among the best paths to any prefix, as far as it was looked up. */
export type PathsInUse = Partial<Record<CircuitPath, boolean>>

/** An ARP entry that went while the session stayed: how many good samples of either agreed since. */
interface ArpSuspicion {
  /** end of the sample that first showed it */
  since: EpochMs
  arp: number
  summary: number
}

/** What is remembered of a circuit's traffic. */
export interface TrafficState {
  fact: TrafficFact | null
  /** when that was reported */
  at: EpochMs
  inUse: PathsInUse
  /** when that was looked up; absent = never */
  inUseAt?: EpochMs
  /** when the counters of a path, or of all, last stood still for a good reason */
  excusedAt: Partial<Record<CircuitPath, EpochMs>>
  suspicions: Partial<Record<CircuitPath, ArpSuspicion>>
  /** end of the newest window of shares that was compared with the one before */
  comparedAt: EpochMs | null
  /** end of the poll since which the next bytes decide what stands still; false = nothing is undecided, true = an older memory, of the same */
  waits: EpochMs | boolean
}
