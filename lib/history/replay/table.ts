import type { ByFamily } from '#lib/bgp/index.ts'
import type { EpochMs, Observation, PollKind } from '#lib/contract/index.ts'
import type { SpanTimes } from '../read/as-of.ts'

/** A poll whose rows are wanted. */
export interface PollAt {
  startedAt: EpochMs
  finishedAt: EpochMs
  /** how many polls of this (source, kind) came before it in the replay */
  index: number
  silentInstances: readonly string[]
}

/** All rows of one (source, kind) in a period, to be read poll by poll. */
export interface ReplayTable {
  spans: SpanTimes[]
  rowsAt(poll: PollAt): Observation['rows']
  /** kind `summary`: the MSEE's addresses on this path */
  localAddresses: ByFamily
}

/** What is read: the rows of one (source, kind) in an interval of time. */
export interface ReplayAsked {
  sourceId: number
  kind: PollKind
  from: EpochMs
  to: EpochMs
}

/** Of kinds that belong to no path. */
export const noLocalAddresses: ByFamily = { ipv4: null, ipv6: null }
