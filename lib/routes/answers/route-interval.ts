import { buildAzCommand } from '#lib/azure/az-command.ts'
import { type EpochMs, type RouteAttributes, type RouteChange, INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'
import type { RoutesEndpointResponse } from '../api/index.ts'
import type { RouteIntervalRow, TimeIntervalWithoutPolls } from '#lib/history/index.ts'
import { pickLongestGaps } from '#lib/questions/index.ts'
import { toApiKeyFields } from './route-diff.ts'

type Interval = RoutesEndpointResponse<'routeHistory'>['data'][number]
type Boundary = Interval['began']

/**
 * Converts an interval of a route to the form of the API, with the changes at its start and end. The attributes of the
 * route were unchanged during the interval.
 * @param unseen times in which polls did not observe the table
 */
export function toApiRouteInterval(row: RouteIntervalRow, unseen: readonly TimeIntervalWithoutPolls[]): Interval {
  const began = beganAs(row)
  const ended = endedAs(row)
  const { listed, omitted } = pickLongestGaps(
    within(unseen, row.firstPresent, row.firstAbsent ?? Number.POSITIVE_INFINITY),
  )
  return {
    ...toApiKeyFields(row),
    from: began.between,
    to: ended && ended.between,
    began,
    ended,
    uncovered: listed,
    ...(omitted > 0 && { uncoveredOmitted: omitted }),
    azCommand: buildAzCommand(row),
  }
}

function beganAs({ previous, attributes, lastAbsent, firstPresent }: RouteIntervalRow): Boundary {
  const op = previous.length > 0 ? 'change' : lastAbsent === null ? 'first_seen' : 'announce'
  return boundary(op, lastAbsent, firstPresent, previous, attributes)
}

function endedAs({ following, attributes, lastPresent, firstAbsent }: RouteIntervalRow): Boundary | null {
  if (firstAbsent === null) return null
  return boundary(following.length > 0 ? 'change' : 'withdraw', lastPresent, firstAbsent, attributes, following)
}

function boundary(
  op: Boundary['op'],
  earliest: EpochMs | null,
  latest: EpochMs,
  before: RouteAttributes[],
  after: RouteAttributes[],
): Boundary {
  return {
    op,
    between: { earliest: earliest ?? INSTANT_BEFORE_MONITORING, latest },
    before,
    after,
    polls: { before: earliest, after: latest },
  }
}

function within(unseen: readonly TimeIntervalWithoutPolls[], from: EpochMs, to: EpochMs): Interval['uncovered'] {
  return unseen
    .map((time) => ({ ...time, from: Math.max(time.from, from), to: Math.min(time.to, to) }))
    .filter((time) => time.from < time.to)
}

/**
 * Returns the changes at the starts and ends of route intervals that were first observed in [from, to). A change from
 * one interval to the next is returned once.
 */
export function listChangesOfRouteIntervals(
  rows: readonly RouteIntervalRow[],
  from: EpochMs,
  to: EpochMs,
): RouteChange[] {
  const seen = ({ between }: RouteChange) => between.latest >= from && between.latest < to
  return rows.flatMap((row) => [...beginOf(row), ...withdrawOf(row)]).filter(seen)
}

function beginOf(row: RouteIntervalRow): RouteChange[] {
  // A route that was already present when its table was read for the first time has no change at its start.
  if (row.lastAbsent === null) return []
  const op = row.previous.length > 0 ? 'change' : 'announce'
  const between = { earliest: row.lastAbsent, latest: row.firstPresent }
  return [{ ...keyOf(row), op, before: row.previous, after: row.attributes, between }]
}

/**
 * Returns the withdrawal at the end of an interval. The result is empty if another interval follows immediately,
 * because the change is then returned as the start of that interval.
 */
function withdrawOf(row: RouteIntervalRow): RouteChange[] {
  if (row.firstAbsent === null || row.following.length > 0) return []
  const between = { earliest: row.lastPresent, latest: row.firstAbsent }
  return [{ ...keyOf(row), op: 'withdraw', before: row.attributes, after: [], between }]
}

const keyOf = ({ instance, peer, prefix }: RouteIntervalRow) => ({ type: 'route' as const, instance, peer, prefix })
