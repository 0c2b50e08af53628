import type { Bounds, EpochMs } from '#lib/contract/index.ts'
import type { Mapping } from './topology.ts'

/** Prefixes with the same best paths, or prefixes without any path. */
export interface PrefixGroup {
  /** short IDs of the circuits to which the neighbors of these paths belong, sorted; empty = no circuit is known */
  circuits: string[]
  /** lowest confidence of the mappings of the neighbors to circuits */
  confidence: Mapping['confidence']
  /** best paths as `gateway neighbor`, sorted */
  entries: string[]
  prefixes: string[]
}

/**
 * Learned sites of a group: prefixes that belong together because they have been reached over the same circuits for a
 * long time (docs/rules/detection.md 2.6), and prefixes that may be moving to other circuits.
 */
export interface SiteLearning {
  /** end of the last poll that checked all routes of the group */
  snapshotAt: EpochMs
  known: PrefixGroup[]
  /**
   * prefixes that are currently reached over other circuits or not at all, with the time of the first check that showed
   * it
   */
  moving: (PrefixGroup & { since: EpochMs })[]
}

/**
 * The reachability of a site: over the home circuit, only over a backup, partly, only by a default route, or not at all
 * (docs/rules/detection.md 2.6).
 */
export type SiteState = 'reachable' | 'on_backup' | 'partial' | 'default_only' | 'unreachable'

/**
 * Numbers of a site's address ranges that are reached over the home circuit, over other circuits, only over a default
 * route, and not at all.
 */
export type SiteRanges = Record<'home' | 'backup' | 'default' | 'none', number>

export interface SiteMemory {
  state: SiteState
  since: Bounds
  /** scope of the gateway whose table showed the change; absent = no change yet, or data of older versions */
  by?: string
  ranges: SiteRanges
}
