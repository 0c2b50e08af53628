import { formatUtcDay } from '#lib/contract/time/dates.ts'
import {
  type EpochMs,
  isPollFailureKind,
  measureFlapping,
  computeOutageDuration,
  type Outage,
  findOutages,
} from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { findCauseOwnerName } from '#lib/contract/words/index.ts'
import type { IncidentsSummaryParameters, IncidentsEndpointResponse } from '../api/index.ts'
import { type IncidentStatistics, readIncidentStatistics } from '../store/index.ts'
import { type SourceStatus, readIncidentEventTimes } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  InvalidRequestError,
  buildFreshnessFields,
  findSupportingPolls,
  readSources,
  resolveEventResourceId,
  measureRangeMs,
} from '#lib/questions/index.ts'

import { listPollKindsOfEvents, findUnobservedTimes } from '#lib/questions/event-sources.ts'
import { readProviderNames } from './events.ts'

type Summary = IncidentsEndpointResponse<'incidentsSummary'>['data']

const DEFAULT_DAYS = 30
/** Maximum length of a summary in days (ten years). The response has a row for each day. */
export const MAX_SUMMARY_DAYS = 3_660

/**
 * Returns numbers about the incidents that were opened in a range: by severity, by owner of the cause, and how long
 * their outages lasted.
 * @throws InvalidRequestError for an empty range, or a range of more than {@link MAX_SUMMARY_DAYS} days
 */
export async function getIncidentsSummary(
  db: ReadableDatabase,
  { scope, from, to }: Omit<IncidentsSummaryParameters, 'customer'>,
  now: EpochMs = getDatabaseNow(),
): Promise<IncidentsEndpointResponse<'incidentsSummary'>> {
  const q = getSqlExecutor(db)
  const until = to ?? now
  const range = { from: from ?? until - DEFAULT_DAYS * MS_PER_DAY, to: until }
  if (measureRangeMs('a summary', range) > MAX_SUMMARY_DAYS * MS_PER_DAY)
    throw new InvalidRequestError(
      `from: a summary has at most ${MAX_SUMMARY_DAYS} days; send a later one, or an earlier to`,
    )
  const figures = await readIncidentStatistics(q, { ...range, scope: await resolveEventResourceId(q, scope) })
  const sources = await readSources(q)
  const providers = await readProviderNames(
    q,
    figures.some(({ owner }) => owner === 'provider'),
  )
  return {
    data: summarizeIncidents(figures, range, ...(await outagesOfEach(q, figures, sources, now)), providers),
    ...buildFreshnessFields(findSupportingPolls(sources, listPollKindsOfEvents(), now), now),
  }
}

async function outagesOfEach(
  q: SqlExecutor,
  incidents: readonly IncidentStatistics[],
  sources: readonly SourceStatus[],
  now: EpochMs,
): Promise<[outages: Map<string, Outage[]>, flapping: Set<string>]> {
  const times = await readIncidentEventTimes(
    q,
    incidents.map(({ id }) => id),
  )
  const unseenOf = await findUnobservedTimes(q, times, sources, now)
  const byIncident = Map.groupBy(times, ({ incidentId }) => incidentId)
  const flapping = [...byIncident].flatMap(([id, own]) => (measureFlapping(own) ? id : []))
  const seen = times.map((one) => ({ ...one, unseen: unseenOf(one) }))
  const outages = [...Map.groupBy(seen, ({ incidentId }) => incidentId)].map(
    ([id, own]) => [id, findOutages(own)] as const,
  )
  return [new Map(outages), new Set(flapping)]
}

/**
 * Computes the summary of a range.
 * @param range epoch milliseconds; `to` is not included
 * @param outages outages by incident ID; an incident without an entry counts as one outage from its begin to its end
 * @param flapping IDs of incidents that count as ongoing between their outages
 * @param providers names of circuits' providers by the circuit's short ID; null = unknown
 */
export function summarizeIncidents(
  incidents: readonly IncidentStatistics[],
  { from, to }: { from: EpochMs; to: EpochMs },
  outages: ReadonlyMap<string, readonly Outage[]> = new Map(),
  flapping: ReadonlySet<string> = new Set(),
  providers: ReadonlyMap<string, string | null> = new Map(),
): Summary {
  const byDay = Map.groupBy(incidents, ({ openedAt }) => formatUtcDay(openedAt))
  const [first, last] = [from, Math.max(from, to - 1)].map((at) => Math.floor(at / MS_PER_DAY)) as [number, number]
  const days = Array.from({ length: last - first + 1 }, (_, n) => formatUtcDay((first + n) * MS_PER_DAY))
  const waits = incidents.flatMap(({ openedAt, acknowledgedAt }) =>
    acknowledgedAt === null ? [] : [Math.max(0, acknowledgedAt - openedAt) / 1_000],
  )
  return {
    from,
    to,
    opened: incidents.length,
    open: incidents.filter(
      ({ id, isOpen, ended, maintenance }) =>
        isOpen && !maintenance && (ended === null || ended.latest > to || flapping.has(id)),
    ).length,
    acknowledged: waits.length,
    secondsToAcknowledge: median(waits),
    bySeverity: countsBy(incidents, ({ severity }) => severity),
    byOwner: countsBy(incidents, ({ owner }) => owner),
    owners: countNamedOwners(incidents, providers),
    repair: repairOf(incidents, outages),
    days: days.map((day) => ({ day, opened: countsBy(byDay.get(day) ?? [], ({ severity }) => severity) })),
  }
}

/** Returns the number of incidents of each owner, most incidents first, with the name that the rows of incidents show. */
function countNamedOwners(
  incidents: readonly IncidentStatistics[],
  providers: ReadonlyMap<string, string | null>,
): NonNullable<Summary['owners']> {
  const named = incidents.map(({ owner, causeClass, rootScope }) => ({
    owner,
    name: findCauseOwnerName({ class: causeClass ?? 'unknown_cause', owner }, providers.get(rootScope ?? '')),
  }))
  return [...Map.groupBy(named, ({ owner, name }) => `${owner} ${name ?? ''}`).values()]
    .flatMap((own) => (own[0] ? { ...own[0], count: own.length } : []))
    .toSorted((a, b) => b.count - a.count)
}

/**
 * Returns the number and mean length of the outages of incidents that have ended, without incidents that maintenance
 * expects and without incidents about failing polls, which do not prove an outage of the network. Each outage of an
 * incident counts separately. Null if there is no such outage.
 */
function repairOf(
  incidents: readonly IncidentStatistics[],
  outages: ReadonlyMap<string, readonly Outage[]>,
): Summary['repair'] {
  const lengths = incidents.flatMap(({ id, started, ended, maintenance, rootKind }) => {
    if (ended === null || maintenance || (rootKind && isPollFailureKind(rootKind))) return []
    const whole: Outage = { started, ended, certain: [{ from: started.latest, to: ended.earliest }] }
    return (outages.get(id) ?? [whole]).map((one) => {
      const { least, most } = computeOutageDuration([one], { provenUntil: ended.latest, now: ended.latest })
      return { id, atLeast: least / 1_000, atMost: most === null ? null : most / 1_000 }
    })
  })
  if (lengths.length === 0) return null
  const most = lengths.map(({ atMost }) => atMost)
  return {
    incidents: new Set(lengths.map(({ id }) => id)).size,
    outages: lengths.length,
    meanSeconds: {
      atLeast: mean(lengths.map(({ atLeast }) => atLeast)),
      atMost: most.every((one) => one !== null) ? mean(most) : null,
    },
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2
}

function countsBy<Item, Word extends string>(items: readonly Item[], wordOf: (item: Item) => Word) {
  return Object.fromEntries([...Map.groupBy(items, wordOf)].map(([word, { length }]) => [word, length])) as Partial<
    Record<Word, number>
  >
}
