import type { ByFamily } from '#lib/bgp/index.ts'
import type { Change, EpochMs, Observation, PollMark, SilentSession } from '#lib/contract/index.ts'

/** Result of recording an observation. */
export interface Recorded {
  /**
   * `duplicate`: the poll of this (source, kind, startedAt) is already recorded. `stale`: the poll overlaps or precedes
   * a newer recorded poll, so the order of their samples is unknown. In both cases history is unchanged and `changes`
   * is empty.
   */
  status: 'recorded' | 'duplicate' | 'stale'
  mark: PollMark
  changes: Change[]
  /** sessions that received no message since an earlier sample; always empty for kinds other than `peers` */
  silentSessions: SilentSession[]
  /** the poll without metric buckets that are too young to be complete, so that detection can rely on all its rows */
  evaluated: Observation
}

export interface RecordOptions {
  /** configured poll interval, in seconds */
  intervalSeconds: number
  /** kind `summary` only: the MSEE's addresses on the path; null if the peering reports none */
  localAddresses?: ByFamily | null
  /**
   * route tables only: the caller's state of the previous poll; no other process may have recorded a poll since then
   */
  last?: LastTable | null
}

/** Route table at the last successful poll, represented by the digest of its response. */
export interface LastTable {
  finishedAt: EpochMs
  digest: string
}
