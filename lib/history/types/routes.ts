import type { Bounds, EpochMs, RouteAttributes, RouteRow } from '#lib/contract/index.ts'
import type { SpanTimes } from '../read/as-of.ts'
import type { Known } from './known.ts'
import type { SourceRef } from './sources.ts'

export interface RouteAt extends SourceRef, RouteRow {
  kind: 'learned' | 'advertised' | 'tables' | 'effective'
  since: Bounds
  known: Known
}

/** What names one route: its table, instance and peer. */
export interface RouteKeyRow extends SourceRef {
  kind: 'learned' | 'advertised' | 'tables' | 'effective'
  instance: string | null
  peer: string | null
  prefix: string
}

/** `before` is empty for an announced route, `after` for a withdrawn one. */
export interface RouteDifferenceRow extends RouteKeyRow {
  before: RouteAttributes[]
  after: RouteAttributes[]
}

/** A route that is not known at one of two moments: it was not covered, or lies between the samples around a change. */
export interface UndecidableRoute extends RouteKeyRow {
  reason: 'not_covered' | 'indeterminate'
  at: 'from' | 'to' | 'both'
}

export interface RoutesDiff {
  announced: RouteDifferenceRow[]
  withdrawn: RouteDifferenceRow[]
  changed: RouteDifferenceRow[]
  undecidable: UndecidableRoute[]
}

/** An interval in which one route stood with the same attributes, and what stood in its place directly before and after. */
export interface RouteIntervalRow extends RouteKeyRow, SpanTimes {
  attributes: RouteAttributes[]
  /** empty: it was absent, or nothing was read before */
  previous: RouteAttributes[]
  /** empty: it was withdrawn, or it lasts */
  following: RouteAttributes[]
}

/** One change of one route, first seen at `latest`. */
export interface RouteChangeRow extends RouteKeyRow {
  /** empty: it was announced */
  before: RouteAttributes[]
  /** empty: it was withdrawn */
  after: RouteAttributes[]
  /** start of the last poll that read it as before */
  earliest: EpochMs
  /** end of the first poll that read it as after */
  latest: EpochMs
}

/** Route changes first seen within one step of time. */
export interface ChurnCounts {
  start: EpochMs
  announced: number
  withdrawn: number
  changed: number
  /** routes that stood when their table was first read: seen for the first time, but no change */
  firstSeen: number
}

export interface PrefixChurnCounts {
  prefix: string
  announced: number
  withdrawn: number
  changed: number
}
