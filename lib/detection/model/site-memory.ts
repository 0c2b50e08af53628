import type { Bounds, EpochMs } from '#lib/contract/index.ts'
import type { Mapping } from './topology.ts'

/** Prefixes with the same best paths, or without any path. */
export interface PrefixGroup {
  /** scopes of the circuits of these paths, sorted; empty = none is known */
  circuits: string[]
  /** lowest confidence of the mappings of the neighbors to circuits */
  confidence: Mapping['confidence']
  /** best paths as `gateway neighbor`, sorted */
  entries: string[]
  prefixes: string[]
}

/**
 * Prefixes that belong together because they have been reached over the same circuits for long (docs/rules/detection.md
 * 2.6), and prefixes that may be moving to other circuits.
 */
export interface SiteLearning {
  /** end of the last poll that checked all paths */
  snapshotAt: EpochMs
  known: PrefixGroup[]
  /** prefixes that are reached over other circuits or not at all, with the first check that showed it */
  moving: (PrefixGroup & { since: EpochMs })[]
}

/**
 * The state of a site by how its addresses are reached (docs/rules/detection.md 2.6). An unknown state neither begins
 * nor ends an event.
 */
export type SiteState = 'reachable' | 'on_backup' | 'partial' | 'default_only' | 'unreachable'

/**
 * Numbers of a site's ranges that are reached over the home circuit, over other circuits, over a default route only,
 * and not at all.
 */
export type SiteRanges = Record<'home' | 'backup' | 'default' | 'none', number>

export interface SiteMemory {
  state: SiteState
  since: Bounds
  /** scope of the gateway whose table showed the change; absent = no change yet, or data of older versions */
  by?: string
  ranges: SiteRanges
}
