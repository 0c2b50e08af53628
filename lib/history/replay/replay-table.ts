import type { ValueByAddressFamily } from '#lib/bgp/index.ts'
import type { EpochMs, PollObservation, PollKind } from '#lib/contract/index.ts'
import type { StoredIntervalBounds } from '../read/as-of.ts'

/** A poll whose rows are requested. */
export interface ReplayPollTime {
  startedAt: EpochMs
  finishedAt: EpochMs
  /** number of earlier polls of this (source, kind) in the replay */
  index: number
  silentInstances: readonly string[]
}

/** All rows of a (source, kind) in a period, to be read by poll. */
export interface ReplayableSourceRows {
  spans: StoredIntervalBounds[]
  rowsAt(poll: ReplayPollTime): PollObservation['rows']
  /** local addresses of the sessions by address family; for kind `summary` the MSEE's addresses on this path */
  localAddresses: ValueByAddressFamily
}

/** Requested rows of a (source, kind) in a period. */
export interface ReplayTableRequest {
  sourceId: number
  kind: PollKind
  from: EpochMs
  to: EpochMs
}

/** Local addresses for kinds of polls that do not read sessions. */
export const EMPTY_LOCAL_ADDRESSES: ValueByAddressFamily = { ipv4: null, ipv6: null }
