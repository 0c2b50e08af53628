import type { ValueByAddressFamily } from '#lib/bgp/index.ts'
import type {
  ObservedChange,
  EpochMs,
  PollObservation,
  PollRecord,
  SessionWithoutMessages,
} from '#lib/contract/index.ts'

/** Result of recording a poll. */
export interface RecordingResult {
  /**
   * `duplicate`: the poll of this (source, kind, startedAt) is already recorded. `stale`: the poll overlaps or precedes
   * a newer recorded poll, so the order of their samples is unknown. In both cases history is unchanged and `changes`
   * is empty.
   */
  status: 'recorded' | 'duplicate' | 'stale'
  mark: PollRecord
  changes: ObservedChange[]
  /** sessions that received no message since an earlier sample; always empty for kinds other than `peers` */
  silentSessions: SessionWithoutMessages[]
  /**
   * the poll without metric buckets that are too young to be complete. Detection uses it, because all its rows are
   * final.
   */
  evaluated: PollObservation
}

export interface RecordOptions {
  /** configured poll interval, in seconds */
  intervalSeconds: number
  /** kind `summary` only: the MSEE's addresses on the path; null if the peering reports none */
  localAddresses?: ValueByAddressFamily | null
  /**
   * only for route tables: the caller's state of the previous poll; no other process may have recorded a poll since
   * then
   */
  last?: LastRouteTableDigest | null
}

/** Digest of the route table at the last successful poll, with the end of that poll. */
export interface LastRouteTableDigest {
  finishedAt: EpochMs
  digest: string
}
