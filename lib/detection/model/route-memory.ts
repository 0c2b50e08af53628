import type { Bounds, EpochMs, PollMark } from '#lib/contract/index.ts'
import type { UsualRate } from '../churn/usual-rate.ts'

/** What a shift of the best paths is called: where it is reported, from what to what, and how far it reaches. */
export interface PathChange {
  scope: string
  subject: string
  level: 'transport' | 'circuit' | 'gateway' | 'path'
}

/** Prefixes whose best paths changed within the last day, together; paths are `gateway neighbor`, joined, '' = none. */
export interface UsualPaths {
  prefixes: string[]
  now: string
  since: EpochMs
  /** by paths: how long they were seen to carry these prefixes before */
  held: Record<string, number>
  /** null = none was seen for long enough */
  usual: string | null
  /** since when they are known at all, where nothing carried them until then; absent = for a day, or since the first table */
  came?: EpochMs
}

/** What a gateway remembers of how its learned routes move. */
export interface ChurnMemory {
  usual: UsualRate
  /** polls in a row that moved more than usual: the bounds of the first, and the fastest rate */
  busy: { since: Bounds; perMinute: number; polls: number } | null
  /** since when polls have moved no more than usual again, while a route_churn is open */
  calm: Bounds | null
  /** polls that do not make up a minute yet; absent in what was stored before, null = none */
  part?: { since: EpochMs; counted: number; first: Bounds | null } | null
  /** how long the newest poll that was counted ran; absent in what was stored before */
  ranMs?: number
  /** start of the newest poll that was counted */
  countedAt: EpochMs
}

/** What one instance of a gateway learned from one neighbor: never the table itself. */
export interface InstanceTable {
  digest: string
  prefixes: number
  since: Bounds
}

/** A neighbor whose tables differ between instances, and in how many good samples in a row so far. */
export interface DifferingTables {
  since: Bounds
  samples: number
  firstAt: EpochMs
  lastAt: EpochMs
}

export interface DivergenceMemory {
  /** by `instance|peer` */
  tables: Record<string, InstanceTable>
  /** by neighbor */
  differing: Record<string, DifferingTables>
}

/** The poll that saw it, where that is not the one that settled it. */
export type Proof = Pick<PollMark, 'startedAt' | 'finishedAt' | 'previousOkAt'>

export const proofOf = ({ startedAt, finishedAt, previousOkAt }: Proof): Proof => ({
  startedAt,
  finishedAt,
  previousOkAt,
})

/** A table that came back empty, and may be an answer that failed. */
export interface Emptied {
  /** the poll that saw it so first */
  proof: Proof
  started: Bounds
  prefixes: string[]
}

/** One prefix that two sides report otherwise, since when, and how many good samples of the table that showed it agree. */
export interface Differing {
  how: 'only_a' | 'only_b' | 'longer_a' | 'longer_b'
  since: Bounds
  source: string
  samples: number
  /** start of the newest of them */
  lastAt: EpochMs
  /** path lengths of both tables; absent in what was stored before */
  lengths?: string
  /** the end of the poll that showed it so, until the other table was read after that; absent in what was stored before */
  awaitsOtherSince?: EpochMs | null
  /** the ASN that stands several times in a row in the longer path */
  prepends: number | null
}

/** What is remembered of a comparison: the differences, never the tables. */
export interface ParityMemory {
  shared: number
  unequal: number
  /** differences beyond those that are kept */
  more: number
  differing: Record<string, Differing>
  /** since when nothing differs while a mismatch is still open */
  equal: { since: Bounds; source: string; samples: number; lastAt: EpochMs } | null
  /** the interval in which lengths were alike; `until` null = they are */
  alike: { since: EpochMs; until: EpochMs | null } | null
  /** whether enough paths are of one length to be used alike, and since when; absent in what was stored before */
  close?: { is: boolean; since: Bounds }
}
