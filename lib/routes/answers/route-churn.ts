import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { type EpochMs, forwardingTablePollKinds } from '#lib/contract/index.ts'
import { sumCoveredMs, mergeTimeIntervals } from '#lib/contract/time/time-spans.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { RoutesEndpointResponse, RouteChurnParameters } from '../api/index.ts'
import { computeChurnPerMinute, FLAP_DAMPING_SUPPRESS_THRESHOLD } from '#lib/detection/index.ts'
import { findTopPrefixes } from '../rules/top-prefixes.ts'
import type { SessionChangeEvent } from '../rules/session-change-event.ts'
import { type ChangeBurst, groupChangeBursts } from '../rules/change-burst.ts'
import type { RouteIntervalRow } from '#lib/history/index.ts'
import {
  readRouteChurn,
  type RouteChurn,
  readRouteIntervals,
  type SessionMomentRow,
  readSessionMoments,
} from '../store/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { findInitialDumpWindows } from './churn-windows.ts'
import {
  type PollCoverageOfRange,
  readCoverageBetween,
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  pickPollsOfKinds,
  readSources,
  resolveRangeWithinHistory,
  resolveResourceId,
  type RangeStepRules,
  chooseStepOfRange,
} from '#lib/questions/index.ts'

import { listChangesOfRouteIntervals } from './route-interval.ts'
import type { RouteTableKind } from './routes.ts'

const DEFAULT_RANGE_MS = MS_PER_DAY
const STEPS: RangeStepRules = {
  what: 'churn',
  usual: [MS_PER_MINUTE, 5 * MS_PER_MINUTE, 15 * MS_PER_MINUTE, MS_PER_HOUR, 6 * MS_PER_HOUR, MS_PER_DAY],
  usualPoints: 300,
  mostPoints: 5_000,
  longest: () => MS_PER_DAY,
}
const TOP_PREFIXES = 20
/** Maximum number of route intervals from which bursts of changes are computed. If there are more, `bursts` is null. */
const MAX_INTERVALS = 20_000
/**
 * Length of the time before the range, in milliseconds, in which session events are searched as well. They may explain
 * route changes at the start of the range.
 */
const BEFORE_RANGE_MS = 10 * MS_PER_MINUTE

interface ChurnQuery {
  scope: string | undefined
  kinds: readonly RouteTableKind[]
  from: EpochMs
  to: EpochMs
}

/** Returns route changes by time step, and the prefixes that changed most. */
export async function computeRouteChurn(
  db: ReadableDatabase,
  parameters: RouteChurnParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<RoutesEndpointResponse<'routeChurn'>> {
  const q = getSqlExecutor(db)
  const scope = await resolveResourceId(q, parameters.scope)
  const { from, to } = resolveRangeWithinHistory(parameters, now, DEFAULT_RANGE_MS)
  const stepMs = chooseStepOfRange(parameters.step, { from, to }, STEPS)
  const kinds = parameters.table === undefined ? forwardingTablePollKinds : [parameters.table]
  const asked = { scope, kinds, from, to }
  const moments = await readSessionMoments(q, { scope, from: from - BEFORE_RANGE_MS, to })
  const windows = await findInitialDumpWindows(q, { ...asked, from: from - BEFORE_RANGE_MS }, moments)
  const [churn, covered, sources] = await Promise.all([
    readRouteChurn(q, { ...asked, stepMs, top: TOP_PREFIXES, windows }),
    readCoverageBetween(q, { ...asked, now }),
    readSources(q, scope),
  ])
  const points = pointsOf(churn, covered, { ...asked, to: Math.min(to, Math.max(from, now)) }, to, stepMs)
  return {
    data: {
      from,
      to,
      stepSeconds: stepMs / 1_000,
      points,
      changesPerCoveredMinute: computeChurnPerMinute(points),
      topPrefixes: await prefixesOf(q, churn, { ...asked, stepMs }, moments, now),
    },
    ...buildFreshnessFields(pickPollsOfKinds(sources, kinds), now),
    ...covered,
  }
}

/**
 * Returns one point for each time step of the range. It contains the numbers of changes, and the part of the step that
 * polls covered.
 * @param seen the part of the range that is in the past
 */
function pointsOf(
  churn: RouteChurn,
  { covered, uncovered }: PollCoverageOfRange,
  seen: ChurnQuery,
  to: EpochMs,
  stepMs: number,
) {
  const counted = new Map(churn.steps.map((step) => [step.start, step]))
  const anySeen = covered || uncovered.length > 0
  const holes = mergeTimeIntervals(uncovered)
  const { from } = seen
  return Array.from({ length: Math.ceil((to - from) / stepMs) }, (_, index) => {
    const start = from + index * stepMs
    const end = Math.min(start + stepMs, seen.to)
    const length = Math.max(0, end - start)
    const { announced = 0, withdrawn = 0, changed = 0, firstSeen = 0, inWindows = 0 } = counted.get(start) ?? {}
    const coveredSeconds = anySeen && length > 0 ? (length - sumCoveredMs(holes, start, end)) / 1_000 : 0
    return { start, announced, withdrawn, changed, firstSeen, initialDump: inWindows, coveredSeconds }
  })
}

async function prefixesOf(
  q: SqlExecutor,
  churn: RouteChurn,
  { scope, kinds, from, to, stepMs }: ChurnQuery & { stepMs: number },
  moments: readonly SessionMomentRow[],
  now: EpochMs,
): Promise<RoutesEndpointResponse<'routeChurn'>['data']['topPrefixes']> {
  if (churn.topPrefixes.length === 0) return []
  const prefixes = churn.topPrefixes.map(({ prefix }) => prefix)
  const page = await readRouteIntervals(q, { scope, kinds, prefixes, from, to, limit: MAX_INTERVALS })
  const whole = page.nextCursor === null
  const bySource = [...Map.groupBy(page.rows, ({ sourceId, kind }) => `${sourceId}/${kind}`).values()]
  const bursts = whole ? bySource.flatMap((rows) => burstsOf(rows, from, to, moments, now)) : []
  const penalties = new Map<string, number>()
  for (const rows of bySource) {
    for (const { prefix, penalty } of findTopPrefixes(listChangesOfRouteIntervals(rows, from, to), prefixes.length)) {
      penalties.set(prefix, Math.max(penalty, penalties.get(prefix) ?? 0))
    }
  }
  return churn.topPrefixes.map(({ prefix, announced, withdrawn, changed }) => {
    const own = bursts.filter((burst) => burst.prefix === prefix)
    return {
      prefix,
      announced,
      withdrawn,
      changed,
      total: announced + withdrawn + changed,
      penalty: penalties.get(prefix) ?? 0,
      wouldBeDamped: (penalties.get(prefix) ?? 0) >= FLAP_DAMPING_SUPPRESS_THRESHOLD,
      bursts: whole ? { ...countsOf(own), steps: stepsOf(own, from, stepMs) } : null,
      distinctPaths: whole ? own.reduce((most, { distinctPaths }) => Math.max(most, distinctPaths), 0) : null,
    }
  })
}

function burstsOf(
  rows: readonly RouteIntervalRow[],
  from: EpochMs,
  to: EpochMs,
  moments: readonly SessionMomentRow[],
  now: EpochMs,
): ChangeBurst[] {
  const [first] = rows
  const sessions: SessionChangeEvent[] = moments.filter(({ sourceId }) => sourceId === first?.sourceId)
  return groupChangeBursts(listChangesOfRouteIntervals(rows, from, to), sessions, now)
}

const stepsOf = (bursts: readonly ChangeBurst[], from: EpochMs, stepMs: number): EpochMs[] =>
  [
    ...new Set(
      bursts.flatMap(({ first, last }) => [first.latest, last.latest].map((at) => Math.floor((at - from) / stepMs))),
    ),
  ]
    .toSorted((a, b) => a - b)
    .map((step) => from + step * stepMs)

function countsOf(bursts: readonly ChangeBurst[]) {
  const count = (wanted: ChangeBurst['verdict']) => bursts.filter(({ verdict }) => verdict === wanted).length
  return {
    session: count('session'),
    exploration: count('exploration'),
    transient: count('transient'),
    lasting: count('lasting'),
  }
}
