import type { ByFamily } from '#lib/bgp/index.ts'
import type { Change, EpochMs, Observation, PollMark, SilentSession } from '#lib/contract/index.ts'

/** What came of handing an observation to history. */
export interface Recorded {
  /**
   * `duplicate`: the poll of this (source, kind, startedAt) is in already. `stale`: it overlaps or precedes a newer
   * recorded one, so the order of their samples is not known. Both write nothing and bring no changes.
   */
  status: 'recorded' | 'duplicate' | 'stale'
  mark: PollMark
  changes: Change[]
  /** sessions that received nothing since an earlier sample; kinds other than `peers` report none */
  silentSessions: SilentSession[]
  /** the poll without buckets of metrics that are too young to be complete: the evidence that verdicts may depend on */
  evaluated: Observation
}

export interface RecordOptions {
  /** the configured interval, in seconds */
  intervalSeconds: number
  /** kind `summary` only: the MSEE's addresses on the path; null where the peering reports none */
  localAddresses?: ByFamily | null
  /** of a route table: what the caller knows of the poll before this one; nobody else may have recorded one since */
  last?: LastTable | null
}

/** The table that a good poll has left, by the digest of its answer. */
export interface LastTable {
  finishedAt: EpochMs
  digest: string
}
