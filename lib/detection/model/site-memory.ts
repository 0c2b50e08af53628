import type { TimestampBounds, EpochMs } from '#lib/contract/index.ts'
import type { NeighborPathMapping } from './topology.ts'

/** A group of prefixes with the same best paths, or without any path. */
export interface LearnedPrefixGroup {
  /** short IDs of the circuits behind the neighbors of the best paths, sorted; empty = no circuit is known */
  circuits: string[]
  /** lowest confidence of the mappings by which the neighbors belong to these circuits */
  confidence: NeighborPathMapping['confidence']
  /** best paths as `gateway neighbor`, sorted */
  entries: string[]
  prefixes: string[]
}

/**
 * Learned sites of a group of gateways and circuits. `known` = prefixes that belong to a site, because they have been
 * reached over the same circuits for a long time (docs/rules/detection.md 2.6). `moving` = prefixes that may be moving
 * to other circuits.
 */
export interface SiteLearningState {
  /** end of the last poll at which all routes of the group were read */
  snapshotAt: EpochMs
  known: LearnedPrefixGroup[]
  /**
   * prefixes that are reached over other circuits than before, or not at all, with the time when this was first found
   */
  moving: (LearnedPrefixGroup & { since: EpochMs })[]
}

/**
 * Reachability of a site (docs/rules/detection.md 2.6). `reachable`: over the home circuit. `on_backup`: at least
 * partly over a backup. `partial`: only a part of it is reached. `default_only`: only by a default route.
 * `unreachable`: not at all.
 */
export type SiteState = 'reachable' | 'on_backup' | 'partial' | 'default_only' | 'unreachable'

/**
 * Numbers of a site's address ranges that are reached over the home circuit, over other circuits, only over a default
 * route, and not at all.
 */
export type SiteRangeCountsByReachability = Record<'home' | 'backup' | 'default' | 'none', number>

export interface SiteStateMemory {
  state: SiteState
  since: TimestampBounds
  /**
   * scope of the gateway whose table showed the change to this state; absent = no change yet, or data of older versions
   */
  by?: string
  ranges: SiteRangeCountsByReachability
}
