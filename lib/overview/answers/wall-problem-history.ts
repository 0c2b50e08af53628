import { type EpochMs, type EventKind, formatSessionSubject } from '#lib/contract/index.ts'
import type { WallTileHistory } from '../api/index.ts'
import { splitPeriodByState } from '#lib/detection/index.ts'
import { type SourceStatus, readUncoveredTimes, type Period } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  addProvenUntil,
  toPeriodOutage,
  listOutageEvents,
  getLastGoodTime,
  intersectUnpolledTimes,
} from '#lib/questions/index.ts'

import { readEvaluatedEstate } from './overview.ts'
import { formatProblemSessionName, groupFailingPolls, isLateCollector } from './problems.ts'
import { buildApiSource } from '#lib/setup/answers/index.ts'
import { splitIntoHalfHours, toObservedIntervalStates, toIntervalStates } from './wall-periods.ts'

const sessionLosses = ['session_down', 'session_flap'] as const satisfies readonly EventKind[]

/**
 * Returns the 24-hour history of sessions and polls that have a tile. They have a tile only while they are a separate
 * problem: a session that is down and belongs to no other problem, or polls that return no data. The tile of the
 * collector has no history. The collector has so many polls that in nearly every half hour one of them has a gap, also
 * while the collector works.
 * @param period the 24 hours until now
 */
export async function readProblemHistories(q: SqlExecutor, period: Period, now: EpochMs): Promise<WallTileHistory[]> {
  const { problems, sessions, circuits, gateways, statuses, incidents } = await readEvaluatedEstate(q, now)
  const shown = new Set(problems.map(({ type, id, name }) => `${type}/${id}/${name}`))
  const views = statuses.map((status) => ({ ...buildApiSource(status, now), status }))
  const alone = sessions
    .map((session) => ({ session, id: `session/${session.scope}/${formatProblemSessionName(session, circuits)}` }))
    .filter(({ id }) => shown.has(id))
    .map(({ id, session }) => {
      const { scope, path, peering } = session
      const kind = path === null ? 'peers' : 'summary'
      const own = views.filter(
        (view) =>
          view.scope === scope &&
          view.kind === kind &&
          (path === null || (view.path === path && view.peering === peering)),
      )
      return { id, session, polls: own.map(({ status }) => status) }
    })
  const silent = groupFailingPolls(views, { circuits, gateways, incidents })
    .filter((group) => !isLateCollector(group))
    .map(({ id, name, sources }) => ({ id: `source/${id}/${name}`, polls: sources.map(({ status }) => status) }))
    .filter(({ id }) => shown.has(id))
  if (alone.length === 0 && silent.length === 0) return []

  const polls = [...alone, ...silent].flatMap((one) => one.polls)
  const unseenOf = await unseenTimesOf(q, period, polls)
  const listed = alone.length === 0 ? [] : await listOutageEvents(q, period, sessionLosses)
  const losses = await addProvenUntil(q, listed, statuses, now)
  return [
    ...alone.map(({ id, session, polls: own }) => {
      const outages = losses.filter(
        ({ scope, subject }) => scope === session.scope && subject === formatSessionSubject(session),
      )
      const unseen = intersectUnpolledTimes(period, own.map(unseenOf))
      const down = splitPeriodByState(period, { outages: outages.map(toPeriodOutage), unseen, work: [] })
      return { id, states: toIntervalStates(splitIntoHalfHours(period), down, []), traffic: null, month: null }
    }),
    ...silent.map(({ id, polls: own }) => ({
      id,
      states: toObservedIntervalStates(period, own.map(unseenOf)),
      traffic: null,
      month: null,
    })),
  ]
}

/** Returns a function that returns the times in which a poll did not succeed. */
async function unseenTimesOf(
  q: SqlExecutor,
  { from, to }: Period,
  polls: readonly SourceStatus[],
): Promise<(poll: SourceStatus) => readonly Period[]> {
  const kinds = [...new Set(polls.map(({ poll }) => poll.kind))]
  const times = Map.groupBy(
    await readUncoveredTimes(q, { kinds, from, to }),
    ({ sourceId, kind }) => `${sourceId} ${kind}`,
  )
  return ({ sourceId, poll }) =>
    getLastGoodTime(poll) === null ? [{ from, to }] : (times.get(`${sourceId} ${poll.kind}`) ?? [])
}
