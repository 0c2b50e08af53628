import type { Bounds, EpochMs } from '#lib/contract/index.ts'
import type { Mapping } from './topology.ts'

/** Prefixes whose best paths are the same; without any path they have none. */
export interface PrefixGroup {
  /** scopes of the circuits that these paths belong to, sorted; empty = it is not known of any */
  circuits: string[]
  /** the least that is known of which circuit a neighbor is */
  confidence: Mapping['confidence']
  /** `gateway neighbor`, sorted */
  entries: string[]
  prefixes: string[]
}

/**
 * Which prefixes belong together by how they are reached for long (docs/rules/detection.md 2.6), and which may be in transit
 * to others.
 */
export interface SiteLearning {
  /** end of the poll that checked all paths last */
  snapshotAt: EpochMs
  known: PrefixGroup[]
  /** since which snapshot they are reached otherwise, or not at all */
  moving: (PrefixGroup & { since: EpochMs })[]
}

/** Whether and how a site's addresses are reached (docs/rules/detection.md 2.6). What is not known begins and ends nothing. */
export type SiteState = 'reachable' | 'on_backup' | 'partial' | 'default_only' | 'unreachable'

/** Ranges of a site, and how many of them are reached by their home, otherwise, by a default route alone, not at all. */
export type SiteRanges = Record<'home' | 'backup' | 'default' | 'none', number>

export interface SiteMemory {
  state: SiteState
  since: Bounds
  /** scope of the gateway whose table showed the change; absent = none did yet, or stored before */
  by?: string
  ranges: SiteRanges
}
