import type { TimestampBounds, EpochMs, PollRecord } from '#lib/contract/index.ts'
import type { UsualChurnRate } from '../churn/usual-rate.ts'

/**
 * Description of a change of best paths for its event: the scope and subject of the event, and the level at which the
 * paths differ (for example another circuit).
 */
export interface BestPathChangeEventSubject {
  scope: string
  subject: string
  level: 'transport' | 'circuit' | 'gateway' | 'path'
}

/**
 * Prefixes whose best paths changed together within the last day, with their best paths. `now` and `usual` contain best
 * paths as `gateway neighbor`, joined by commas; '' = no path.
 */
export interface BestPathHistory {
  prefixes: string[]
  now: string
  since: EpochMs
  /** time in ms for which these prefixes used each of their earlier best paths; the key is the joined best paths */
  held: Record<string, number>
  /** usual best paths; null = no best paths were used for long enough to be usual */
  usual: string | null
  /**
   * time since when the prefixes have been known, if they had no path before; absent = known for at least a day or
   * since the first table
   */
  came?: EpochMs
}

/** Route changes of one or several polls that together span at least a minute. */
export interface CountedRouteChurn {
  /** bounds of the first counted route change */
  between: TimestampBounds
  minutes: number
  /** number of changes by table ({@link formatTableKey}), without changes that follow from a session */
  moves: Record<string, number>
}

/**
 * Counts by which the rate of route changes of a gateway (or of a circuit's routes) is compared with its usual rate.
 */
export interface RouteChurnDetectionState {
  usual: UsualChurnRate
  /**
   * state of an ongoing high rate: bounds of its first change, highest rate, and number of consecutive intervals with a
   * high rate; null = the rate is not high. `intervals` is absent in data of older versions
   */
  busy: { since: TimestampBounds; perMinute: number; polls: number; intervals?: readonly CountedRouteChurn[] } | null
  /** bounds of the time since which the rate has been normal again while a route_churn event is open; otherwise null */
  calm: TimestampBounds | null
  /**
   * polls that are still being combined because together they span less than a minute: their start, number of changes
   * by table, and bounds of the first change; null = none, absent in data of older versions
   */
  part?: { since: EpochMs; moves?: Record<string, number>; first: TimestampBounds | null } | null
  /** duration of the newest counted poll in ms; absent in data of older versions */
  ranMs?: number
  /** start of the newest poll whose changes were counted */
  countedAt: EpochMs
}

/**
 * Digest of the routes that one instance of a gateway learned from one neighbor. The routes themselves are not stored.
 */
export interface InstanceTable {
  digest: string
  prefixes: number
  since: TimestampBounds
}

/** A neighbor whose tables differ between instances, with the number of consecutive good samples that show it. */
export interface NeighborWithDifferingTables {
  since: TimestampBounds
  samples: number
  firstAt: EpochMs
  lastAt: EpochMs
}

export interface InstanceDivergenceMemory {
  /** digests of tables by `instance|peer` */
  tables: Record<string, InstanceTable>
  /** neighbors whose tables differ between instances, by address */
  differing: Record<string, NeighborWithDifferingTables>
}

/**
 * Times of the poll that first showed a change. They are stored if only a later poll can decide whether the change is
 * reported.
 */
export type ProvingPollTimes = Pick<PollRecord, 'startedAt' | 'finishedAt' | 'previousOkAt'>

export const pickProvingPollTimes = ({ startedAt, finishedAt, previousOkAt }: ProvingPollTimes): ProvingPollTimes => ({
  startedAt,
  finishedAt,
  previousOkAt,
})

/** Route table that a poll read as empty. The response may be wrong until a second poll confirms it. */
export interface EmptiedRouteTable {
  /** the first poll that read the table as empty */
  proof: ProvingPollTimes
  started: TimestampBounds
  prefixes: string[]
}

/**
 * Difference of one prefix between two compared tables, with its start and the number of good polls of the changed
 * table that confirm it.
 */
export interface ComparedPrefixDifference {
  how: 'only_a' | 'only_b' | 'longer_a' | 'longer_b'
  since: TimestampBounds
  source: string
  samples: number
  /** start of the newest sample that showed the difference */
  lastAt: EpochMs
  /** lengths of the AS path in the two compared tables; absent in data of older versions */
  lengths?: string
  /**
   * end of the poll that showed the difference, while the other table has not been polled since; null = it has been
   * polled; absent in data of older versions
   */
  awaitsOtherSince?: EpochMs | null
  /** ASN that is repeated in the longer path; null = none */
  prepends: number | null
}

/** The stored state of the comparison of two route tables: its differences, without the tables. */
export interface TableParityMemory {
  shared: number
  unequal: number
  /** number of differences that are not stored */
  more: number
  differing: Record<string, ComparedPrefixDifference>
  /**
   * bounds of the time since which there have been no differences, with the number of polls that confirm this; null
   * while there are differences
   */
  equal: { since: TimestampBounds; source: string; samples: number; lastAt: EpochMs } | null
  /** interval in which path lengths were equal; `until` null = ongoing */
  alike: { since: EpochMs; until: EpochMs | null } | null
  /**
   * `is` = true if so many shared prefixes have AS paths of equal length in both tables that traffic would use both
   * sides; `since` = bounds of the start of this state; absent in data of older versions
   */
  close?: { is: boolean; since: TimestampBounds }
}
