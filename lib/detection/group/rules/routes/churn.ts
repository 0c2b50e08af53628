import { BEFORE_MONITORING, type Bounds, type EpochMs, type RouteChange } from '#lib/contract/index.ts'
import { addRate, beginUsualRate, usualP99 } from '../../../churn/usual-rate.ts'
import { reconcile } from '../../../model/condition.ts'
import { type FoldContext, openEvent, scopeOf } from '../../../model/context.ts'
import { nextPollIf, type RecheckAt } from '../../../model/recheck.ts'
import { isInitialDump } from './peer-routes.ts'
import type { ChurnMemory } from '../../../model/route-memory.ts'

const MINUTE = 60_000

const SUBJECT = 'learned routes'
/** Two polls are never exactly their interval apart. */
const LEAST_MINUTES = 0.95

/**
 * route_churn: every minute for five minutes, or every poll where polls are rarer, moves more than max(10, 5 x the 99th percentile of the last seven days) routes a
 * minute, the tables of sessions that just came up left out; it ends after five minutes without (docs/rules/detection.md 6.3).
 * @param changes of a good poll of learned routes that was not the first; empty = nothing moved
 */
export function routeChurn(context: FoldContext, changes: readonly RouteChange[]): void {
  const { mark, settings } = context
  const scope = scopeOf(context, mark.scope)
  if (mark.previousOkAt === null || (changes.length === 0 && !isWatchingChurn(scope.churn, context, mark.scope))) return
  if (scope.churn && mark.startedAt <= scope.churn.countedAt) return
  const memory = scope.churn ?? {
    usual: beginUsualRate(mark.previousOkAt),
    busy: null,
    calm: null,
    countedAt: 0,
  }
  const known = memory.part ?? { since: mark.previousOkAt, counted: 0, first: null }
  const here = changes.filter((change) => !isInitialDump(context, change)).length
  const counted = known.counted + here
  const first = known.first ?? (here > 0 ? { earliest: mark.previousOkAt, latest: mark.finishedAt } : null)
  const minutes = (mark.startedAt - known.since) / MINUTE
  // a minute that is reported in several polls is one: what moves once a minute would seem to rest in between
  if (minutes < LEAST_MINUTES) {
    scope.churn = { ...memory, part: { since: known.since, counted, first }, countedAt: mark.startedAt }
    return
  }
  const between = first ?? { earliest: known.since, latest: mark.finishedAt }
  const perMinute = counted / minutes
  const limit = Math.max(settings['churn.rate'], settings['churn.factor'] * usualP99(memory.usual, mark.startedAt))
  scope.churn =
    perMinute > limit
      ? {
          ...memory,
          part: null,
          calm: null,
          busy: {
            since: memory.busy?.since ?? between,
            perMinute: Math.max(perMinute, memory.busy?.perMinute ?? 0),
            polls: (memory.busy?.polls ?? 0) + 1,
          },
        }
      : { ...memory, part: null, busy: null, calm: memory.calm ?? between }
  // what is unusual does not become usual while it lasts
  if (counted > 0 && perMinute <= limit) {
    scope.churn.usual = addRate(memory.usual, mark.startedAt, minutes, perMinute)
  }
  scope.churn.countedAt = mark.startedAt
  raise(context, scope.churn, limit)
  if (!openEvent(context, 'route_churn', mark.scope, SUBJECT)) scope.churn.calm = null
}

/** A minute is counted to its end, and calm polls end what goes on. */
export function recheckChurn(context: FoldContext, scope: string): RecheckAt {
  return nextPollIf(isWatchingChurn(scopeOf(context, scope).churn, context, scope))
}

/** Whether calm polls matter: a storm is building up, or one has to end. */
function isWatchingChurn(memory: ChurnMemory | null, context: FoldContext, scope: string): boolean {
  return (
    memory !== null &&
    (Boolean(memory.part) || memory.busy !== null || openEvent(context, 'route_churn', scope, SUBJECT) !== null)
  )
}

function raise(context: FoldContext, { busy, calm }: ChurnMemory, limit: number): void {
  const { mark, settings } = context
  const span = (since: Bounds): EpochMs => mark.finishedAt - since.earliest
  // one step between two polls is no rate, however far apart they lie
  const isStorm = busy !== null && busy.polls > 1 && span(busy.since) >= settings['churn.for']
  const isOver = calm !== null && span(calm) >= settings['churn.for']
  reconcile(context, {
    kind: 'route_churn',
    scope: mark.scope,
    subject: SUBJECT,
    holds: isStorm ? true : isOver ? false : null,
    since: (isStorm ? busy?.since : calm) ?? { earliest: BEFORE_MONITORING, latest: mark.finishedAt },
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
