import type { Bounds, EpochMs, PollMark } from '#lib/contract/index.ts'
import type { UsualRate } from '../churn/usual-rate.ts'

/** The description of a shift of best paths: the scope and subject of its event, and how far it reaches. */
export interface PathChange {
  scope: string
  subject: string
  level: 'transport' | 'circuit' | 'gateway' | 'path'
}

/**
 * Prefixes whose best paths changed together within the last day; paths are `gateway neighbor`, joined, and '' = no
 * path.
 */
export interface UsualPaths {
  prefixes: string[]
  now: string
  since: EpochMs
  /** time in ms for which these prefixes were seen on each path before, by paths */
  held: Record<string, number>
  /** usual best paths; null = no paths were seen for long enough */
  usual: string | null
  /**
   * time since when the prefixes are known, if they had no path before; absent = known for at least a day or since the
   * first table
   */
  came?: EpochMs
}

/** State of a gateway from which changes of its learned routes are evaluated. */
export interface ChurnMemory {
  usual: UsualRate
  /** consecutive polls with an unusual rate: the bounds of the first poll, and the highest rate */
  busy: { since: Bounds; perMinute: number; polls: number } | null
  /** since when polls have had a usual rate again, while a route_churn is open */
  calm: Bounds | null
  /** polls that do not yet cover a minute; absent in data of older versions, null = none */
  part?: { since: EpochMs; counted: number; first: Bounds | null } | null
  /** duration of the newest counted poll in ms; absent in data of older versions */
  ranMs?: number
  /** start of the newest poll whose changes were counted */
  countedAt: EpochMs
}

/** A digest of the routes that one instance of a gateway learned from one neighbor. The table itself is not stored. */
export interface InstanceTable {
  digest: string
  prefixes: number
  since: Bounds
}

/** A neighbor whose tables differ between instances, with the number of consecutive good samples that show it. */
export interface DifferingTables {
  since: Bounds
  samples: number
  firstAt: EpochMs
  lastAt: EpochMs
}

export interface DivergenceMemory {
  /** digests of tables by `instance|peer` */
  tables: Record<string, InstanceTable>
  /** neighbors whose tables differ between instances, by address */
  differing: Record<string, DifferingTables>
}

/** The poll that first saw a change, if a later poll decided about it. */
export type Proof = Pick<PollMark, 'startedAt' | 'finishedAt' | 'previousOkAt'>

export const proofOf = ({ startedAt, finishedAt, previousOkAt }: Proof): Proof => ({
  startedAt,
  finishedAt,
  previousOkAt,
})

/** An empty table, which may also be a failed answer. */
export interface Emptied {
  /** the first poll that read the table as empty */
  proof: Proof
  started: Bounds
  prefixes: string[]
}

/** A prefix that differs between two sides, since when, and how many good samples of the changed table agree. */
export interface Differing {
  how: 'only_a' | 'only_b' | 'longer_a' | 'longer_b'
  since: Bounds
  source: string
  samples: number
  /** start of the newest sample that showed the difference */
  lastAt: EpochMs
  /** path lengths in both tables; absent in data of older versions */
  lengths?: string
  /**
   * end of the poll that showed the difference, until the other table was polled after it; absent in data of older
   * versions
   */
  awaitsOtherSince?: EpochMs | null
  /** ASN that is repeated in the longer path; null = none */
  prepends: number | null
}

/** The stored state of a comparison: its differences, without the tables. */
export interface ParityMemory {
  shared: number
  unequal: number
  /** number of differences that are not stored */
  more: number
  differing: Record<string, Differing>
  /** since when there are no differences while a mismatch is still open */
  equal: { since: Bounds; source: string; samples: number; lastAt: EpochMs } | null
  /** interval in which path lengths were equal; `until` null = ongoing */
  alike: { since: EpochMs; until: EpochMs | null } | null
  /**
   * whether enough prefixes have paths of equal length to use both sides, and since when; absent in data of older
   * versions
   */
  close?: { is: boolean; since: Bounds }
}
