import type { TimestampBounds, EpochMs, RouteAttributes, RouteRow } from '#lib/contract/index.ts'
import type { StoredIntervalBounds } from '../read/as-of.ts'
import type { CertaintyOfState } from './known.ts'
import type { SourceRef } from './sources.ts'

export interface RouteAtMoment extends SourceRef, RouteRow {
  kind: 'learned' | 'advertised' | 'tables' | 'effective'
  since: TimestampBounds
  known: CertaintyOfState
}

/** Key of a route: its table, instance, peer and prefix. */
export interface RouteKeyRow extends SourceRef {
  kind: 'learned' | 'advertised' | 'tables' | 'effective'
  instance: string | null
  peer: string | null
  prefix: string
}

/**
 * A route that differs between two moments. `before` is empty if the route was announced, `after` if it was withdrawn.
 */
export interface RouteDifferenceRow extends RouteKeyRow {
  before: RouteAttributes[]
  after: RouteAttributes[]
}

/**
 * Route whose state is unknown at one or both of two moments, because polls did not cover the moment, or because it is
 * between the two polls around a change.
 */
export interface RouteWithUnknownDifference extends RouteKeyRow {
  reason: 'not_covered' | 'indeterminate'
  at: 'from' | 'to' | 'both'
}

export interface RouteDifferencesBetweenMoments {
  announced: RouteDifferenceRow[]
  withdrawn: RouteDifferenceRow[]
  changed: RouteDifferenceRow[]
  undecidable: RouteWithUnknownDifference[]
}

/**
 * An interval in which a route had the same attributes. It also contains the attributes directly before and after the
 * interval.
 */
export interface RouteIntervalRow extends RouteKeyRow, StoredIntervalBounds {
  attributes: RouteAttributes[]
  /** attributes before the interval; empty = the route was absent, or was not read before */
  previous: RouteAttributes[]
  /** attributes after the interval; empty = the route was withdrawn, or the interval is ongoing */
  following: RouteAttributes[]
}

/** A change of a route, first seen at `latest`. */
export interface RouteChangeRow extends RouteKeyRow {
  /** attributes before the change; empty = the route was announced */
  before: RouteAttributes[]
  /** attributes after the change; empty = the route was withdrawn */
  after: RouteAttributes[]
  /** start of the last poll with the state before */
  earliest: EpochMs
  /** end of the first poll with the state after */
  latest: EpochMs
}

/** Numbers of route changes that polls first saw within a step of time. */
export interface ChurnCounts {
  start: EpochMs
  announced: number
  withdrawn: number
  changed: number
  /** number of routes that were present when their table was first read, which is not a change */
  firstSeen: number
}

export interface PrefixChurnCounts {
  prefix: string
  announced: number
  withdrawn: number
  changed: number
}
