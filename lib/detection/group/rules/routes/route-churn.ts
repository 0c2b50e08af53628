import {
  type AwaitedPollData,
  INSTANT_BEFORE_MONITORING,
  type TimestampBounds,
  type EpochMs,
  type RouteChange,
} from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { addChurnRate, createUsualChurnRate, computeUsualP99Rate } from '../../../churn/usual-rate.ts'
import { updateEventByCondition } from '../../../model/event-condition.ts'
import { type DetectionContext, findOpenEvent, ensureResourceState } from '../../../model/context.ts'
import { groupChangesByOwner } from './changes-by-owner.ts'
import { hasSessionChangeCause } from './peer-routes.ts'
import type { RouteChurnDetectionState, CountedRouteChurn } from '../../../model/route-memory.ts'
import { formatTableKey, parseTableKey } from '../../../model/subject.ts'

const SUBJECT = 'learned routes'
/**
 * Minimum length of a counted interval, in minutes. It is slightly below one minute, because two polls are never
 * exactly one interval apart.
 */
const MIN_MINUTES = 0.95
/** Number of polls in which a single short change of routes is visible: one shows its start and one its end. */
const MIN_POLLS = 2

/**
 * Raises route_churn if routes change at an unusually high rate for five minutes: in every minute (or every poll, if
 * polls are rarer) there are more than max(10, 5 x the 99th percentile of the last seven days) changes. Changes that
 * follow from the loss or return of a session or path are excluded. The event ends after five minutes without such a
 * rate (docs/rules/detection.md 6.3).
 * If circuits on the gateway belong to other owners (customers), the changes on their circuits are counted separately
 * for each owner (docs/rules/customers.md).
 * @param changes changes of a good poll of learned routes that was not the first; empty = no changes
 */
export function evaluateRouteChurn(context: DetectionContext, changes: readonly RouteChange[]): void {
  const gateway = context.mark.scope
  const moves = groupChangesByOwner(context, changes)
  const { churnOf = {} } = ensureResourceState(context, gateway)
  for (const scope of new Set([...moves.keys(), ...Object.keys(churnOf)])) {
    countMoves(context, scope, moves.get(scope) ?? [])
    // after the event of a circuit has ended, its counts are deleted if it has no changes
    if (!moves.has(scope) && !isWatching(context, gateway, scope))
      delete ensureResourceState(context, gateway).churnOf?.[scope]
  }
}

/**
 * Counts the changes of a gateway or circuit and raises or ends its event.
 * @param scope scope of the event: the gateway, or one circuit in place of all circuits of its owner
 */
function countMoves(context: DetectionContext, scope: string, changes: readonly RouteChange[]): void {
  const { mark, settings } = context
  const { previousOkAt } = mark
  const stored = memoryOf(context, mark.scope, scope)
  if (previousOkAt === null || (changes.length === 0 && !isWatching(context, mark.scope, scope))) return
  if (stored && mark.startedAt <= stored.countedAt) return
  // until a circuit has its own counts, the usual rate of its gateway is used
  const usual = memoryOf(context, mark.scope, mark.scope)?.usual ?? createUsualChurnRate(previousOkAt)
  const memory = stored ?? { usual, busy: null, calm: null, countedAt: 0 }
  const known = memory.part ?? { since: previousOkAt, first: null }
  const here = changes.filter((change) => !hasSessionChangeCause(context, change))
  const moves = { ...known.moves }
  for (const { instance, peer } of here) {
    const table = formatTableKey(instance, peer)
    moves[table] = (moves[table] ?? 0) + 1
  }
  const first = known.first ?? (here.length > 0 ? { earliest: previousOkAt, latest: mark.finishedAt } : null)
  const minutes = (mark.startedAt - known.since) / MS_PER_MINUTE
  const ranMs = mark.finishedAt - mark.startedAt
  // Several polls are combined until they span at least MIN_MINUTES. If each short poll counted alone, a table that
  // changes once a minute would seem unchanged in most polls. The duration of the previous poll is added, because a
  // response can show any moment of its poll. Two responses can therefore be closer together than the starts of their
  // polls.
  if (minutes < MIN_MINUTES + (memory.ranMs ?? ranMs) / MS_PER_MINUTE) {
    const part = { since: known.since, moves, first }
    return remember(context, scope, { ...memory, part, ranMs, countedAt: mark.startedAt })
  }
  const between = first ?? { earliest: known.since, latest: mark.finishedAt }
  const interval = { between, minutes, moves }
  const perMinute = rateOf(interval)
  const limit = Math.max(
    settings['churn.rate'],
    settings['churn.factor'] * computeUsualP99Rate(memory.usual, mark.startedAt),
  )
  // While an event is open, only the newest interval is needed.
  const earlier = openChurn(context, mark.scope, scope) ? [] : (memory.busy?.intervals ?? [])
  const busy = busyOf([...earlier.map((one) => withoutSessions(context, one)), interval], limit)
  const next: RouteChurnDetectionState = { ...memory, part: null, busy, calm: busy ? null : (memory.calm ?? between) }
  // An unusually high rate is not added to the usual rate while it lasts.
  if (perMinute > 0 && !busy) next.usual = addChurnRate(memory.usual, mark.startedAt, minutes, perMinute)
  next.countedAt = mark.startedAt
  next.ranMs = ranMs
  remember(context, scope, next)
  raise(context, scope, next, limit)
  if (!openChurn(context, mark.scope, scope)) next.calm = null
}

const rateOf = ({ moves, minutes }: CountedRouteChurn): number =>
  Object.values(moves).reduce((sum, count) => sum + count, 0) / minutes

/**
 * Removes changes that follow from the loss of a session or path. Such a loss may become known only after the changes
 * of the table were counted.
 */
function withoutSessions(context: DetectionContext, interval: CountedRouteChurn): CountedRouteChurn {
  const { between } = interval
  const moves = Object.entries(interval.moves).filter(
    ([table]) => !hasSessionChangeCause(context, { ...parseTableKey(table), between }),
  )
  return { ...interval, moves: Object.fromEntries(moves) }
}

/** Returns the last consecutive intervals with a rate above the limit; null if the newest interval is not above it. */
function busyOf(intervals: readonly CountedRouteChurn[], limit: number): RouteChurnDetectionState['busy'] {
  const last = intervals.findLastIndex((interval) => rateOf(interval) <= limit)
  const run = intervals.slice(last + 1)
  const [first] = run
  return first
    ? { since: first.between, perMinute: Math.max(...run.map(rateOf)), polls: run.length, intervals: run }
    : null
}

function memoryOf(context: DetectionContext, gateway: string, scope: string): RouteChurnDetectionState | null {
  const { churn, churnOf } = ensureResourceState(context, gateway)
  return scope === gateway ? churn : (churnOf?.[scope] ?? null)
}

function remember(context: DetectionContext, scope: string, memory: RouteChurnDetectionState): void {
  const state = ensureResourceState(context, context.mark.scope)
  if (scope === context.mark.scope) state.churn = memory
  else state.churnOf = { ...state.churnOf, [scope]: memory }
}

/**
 * Returns the subject of an event. The event of a circuit names the gateway, because a circuit may be connected to
 * several gateways.
 */
const subjectOf = ({ topology }: DetectionContext, gateway: string, scope: string): string =>
  scope === gateway
    ? SUBJECT
    : `${SUBJECT} of ${topology.gateways.find((one) => one.scope === gateway)?.name ?? gateway}`

const openChurn = (context: DetectionContext, gateway: string, scope: string) =>
  findOpenEvent(context, 'route_churn', scope, subjectOf(context, gateway, scope))

/**
 * Returns 'routes' if further polls of routes must be evaluated even if they show no changes, because an interval is
 * still being counted or an event is open; otherwise null.
 */
export function getPollAwaitedByChurn(context: DetectionContext, gateway: string): AwaitedPollData | null {
  const { churnOf = {} } = ensureResourceState(context, gateway)
  return [gateway, ...Object.keys(churnOf)].some((scope) => isWatching(context, gateway, scope)) ? 'routes' : null
}

/**
 * Reports whether polls without changes must be evaluated too, because an interval is still being counted, a high rate
 * lasts, or an event is open.
 */
function isWatching(context: DetectionContext, gateway: string, scope: string): boolean {
  const memory = memoryOf(context, gateway, scope)
  return (
    memory !== null && (Boolean(memory.part) || memory.busy !== null || openChurn(context, gateway, scope) !== null)
  )
}

function raise(
  context: DetectionContext,
  scope: string,
  { busy, calm }: RouteChurnDetectionState,
  limit: number,
): void {
  const { mark, settings } = context
  const span = (since: TimestampBounds): EpochMs => mark.finishedAt - since.earliest
  // Changes that are visible in at most two polls are a single change with its return, and not a high rate, however far
  // apart the polls are.
  const isStorm = busy !== null && busy.polls > MIN_POLLS && span(busy.since) >= settings['churn.for']
  const isOver = calm !== null && span(calm) >= settings['churn.for']
  updateEventByCondition(context, {
    kind: 'route_churn',
    scope,
    subject: subjectOf(context, mark.scope, scope),
    holds: isStorm ? true : isOver ? false : null,
    since: (isStorm ? busy?.since : calm) ?? { earliest: INSTANT_BEFORE_MONITORING, latest: mark.finishedAt },
    severity: 'warning',
    evidence: [
      {
        field: 'changesPerMinute',
        before: `usual limit ${Math.round(limit * 10) / 10}`,
        after: Math.round((busy?.perMinute ?? 0) * 10) / 10,
        sampledBefore: null,
        sampledAfter: busy ? { earliest: busy.since.earliest, latest: mark.finishedAt } : null,
      },
    ],
  })
}
