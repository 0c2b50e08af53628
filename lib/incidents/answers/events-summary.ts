import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { type EpochMs, WHOLE_ESTATE, WHOLE_ESTATE_NAME } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { EventsSummaryParameters, IncidentsEndpointResponse } from '../api/index.ts'
import { type EventStepCount, countEventsByStep, type FlapCount, listFlapCounts } from '../store/index.ts'
import {
  type Period,
  findUnpolledSessionTimes,
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  findSupportingPolls,
  readSources,
  resolveEventResourceId,
  type RangeStepRules,
  chooseStepOfRange,
} from '#lib/questions/index.ts'

import { listPollKindsOfEvents } from '#lib/questions/event-sources.ts'

const DEFAULT_RANGE_MS = 30 * MS_PER_DAY
const USUAL_POINTS = 90
const STEPS: RangeStepRules = {
  what: 'counting',
  usual: [
    MS_PER_MINUTE,
    5 * MS_PER_MINUTE,
    15 * MS_PER_MINUTE,
    MS_PER_HOUR,
    3 * MS_PER_HOUR,
    6 * MS_PER_HOUR,
    12 * MS_PER_HOUR,
    MS_PER_DAY,
    7 * MS_PER_DAY,
  ],
  usualPoints: USUAL_POINTS,
  mostPoints: 2_000,
  longest: (length) => Math.ceil(length / USUAL_POINTS),
}
const FLAPPING = 20

/** Returns the number of events in a range by time step and severity, and the sessions that were lost most often. */
export async function getEventsSummary(
  db: ReadableDatabase,
  parameters: Omit<EventsSummaryParameters, 'customer'>,
): Promise<IncidentsEndpointResponse<'eventsSummary'>> {
  const now = getDatabaseNow()
  const q = getSqlExecutor(db)
  const { kind, severity, owner, partOf } = parameters
  const scope = await resolveEventResourceId(q, parameters.scope)
  const to = parameters.to ?? now
  const from = parameters.from ?? to - DEFAULT_RANGE_MS
  const stepMs = chooseStepOfRange(parameters.step, { from, to }, STEPS)
  const filter = {
    kinds: kind,
    severities: severity,
    owners: owner,
    partOf: partOf === 'none' ? null : undefined,
    scope,
  }
  const steps = await countEventsByStep(q, filter, { from, to, stepMs })
  const flapping = await listFlapCounts(q, { scope }, { from, to, limit: FLAPPING })
  const sources = await readSources(q)
  const unseen = await findUnpolledSessionTimes(q, { from, to: Math.min(to, now) }, sources)
  const polled = scope === WHOLE_ESTATE ? undefined : scope
  const own = polled === undefined ? sources : sources.filter((source) => source.scope === polled)
  const polls = findSupportingPolls(own, listPollKindsOfEvents(kind), now)
  return {
    data: {
      from,
      to,
      stepSeconds: stepMs / 1_000,
      steps: toSummarySteps(steps, { from, to, stepMs }, unseen, now),
      flapping: flapping.map(shownFlap),
    },
    ...buildFreshnessFields(polls, now),
  }
}

/**
 * Returns every time step of a range with its number of events, also steps without events. A step counts as observed
 * unless it is in the future or no poll succeeded during the whole step.
 * @param unseen times in which no poll of sessions succeeded
 */
export function toSummarySteps(
  counted: readonly EventStepCount[],
  { from, to, stepMs }: { from: EpochMs; to: EpochMs; stepMs: number },
  unseen: readonly Period[],
  now: EpochMs,
): IncidentsEndpointResponse<'eventsSummary'>['data']['steps'] {
  const bySteps = Map.groupBy(counted, ({ step }) => step)
  return Array.from({ length: Math.ceil((to - from) / stepMs) }, (_, step) => {
    const start = from + step * stepMs
    const end = Math.min(start + stepMs, to, now)
    return {
      start,
      counts: Object.fromEntries((bySteps.get(step) ?? []).map(({ severity, count }) => [severity, count])),
      observed: start < now && !unseen.some((one) => one.from <= start && one.to >= end),
    }
  })
}

const shownFlap = ({ downMs, ...flap }: FlapCount) => ({
  ...flap,
  scopeName: flap.scopeName ?? (flap.scope === WHOLE_ESTATE ? WHOLE_ESTATE_NAME : flap.scope),
  downSeconds: { atLeast: downMs.min / 1_000, atMost: downMs.max / 1_000 },
})
