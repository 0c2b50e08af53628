import { MAX_CLOSED_INCIDENTS_SHOWN } from '../api/wall-states.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { formatEndWithoutRecovery } from '#lib/contract/words/event-ending.ts'
import {
  estateHeadlineSchema,
  type ActiveProblemToEncode,
  type EstateOverview,
  RECOVERED_SHOWN_MS,
  type OverviewEndpointResponse,
} from '../api/index.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import {
  type TimestampBounds,
  type EpochMs,
  eventKindRecords,
  isIncidentOngoing,
  type PollKind,
} from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import {
  readIncidentsSince,
  findLastIncidentEnd,
  listEvents,
  listIncidents,
  readOpenEvents,
  readOpenEventsOfIncidents,
  readCurrentDeclarations,
  readExpectedMaintenance,
} from '#lib/history/index.ts'
import { cacheUntilChange, cacheUntilPoll } from '#lib/platform/response-cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readCircuits } from '#lib/circuits/answers/index.ts'
import { formatHeadline } from '../api/headline-sentence.ts'
import { buildHeadline } from './headline.ts'
import { listProblems } from './problems.ts'
import { readCostHeadline } from '#lib/cost/answers/index.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  readTopology,
  buildFreshnessFields,
  findPollsStoppedAtForReader,
  findSupportingPolls,
  readSources,
  encodeWithSchema,
  findUnpolledSessionTimes,
} from '#lib/questions/index.ts'

import { buildApiEvents, buildApiIncidents, sortIncidentsWorstFirst } from '#lib/incidents/answers/index.ts'

import { readGateways } from '#lib/gateways/answers/index.ts'

import { isCountedSession, readBgpSessionsWithVerdicts } from '#lib/sessions/answers/index.ts'

import { readWorstStrandingLosses } from '#lib/resilience/answers/index.ts'
import { buildApiSource } from '#lib/setup/answers/index.ts'

/** Kinds of polls on which the numbers of the overview depend. */
export const OVERVIEW_POLL_KINDS: readonly PollKind[] = ['peers', 'summary', 'arp', 'stats']
const EVENTS = 20
const INCIDENTS = 20
const PROBLEMS = 200
/** Number of open incidents from which closed incidents are left out of the overview. */
const MANY = 5
/** Maximum number of incidents that are read in order to count them. */
const MAX_INCIDENTS = 1_000
const EVENTS_SINCE_MS = 24 * 60 * 60_000

/**
 * Returns the overview. It contains the numbers of resources by state, the current problems (most severe first), and
 * the latest events.
 * @param caller `mayReadCost`: true = the response contains the cost of the month; otherwise the cost is null
 */
export async function getOverview(
  db: ReadableDatabase,
  { mayReadCost }: { mayReadCost: boolean },
  asked: EpochMs = getDatabaseNow(),
): Promise<OverviewEndpointResponse<'overview'>> {
  const q = getSqlExecutor(db)
  const judged = await readEvaluatedEstate(q, asked)
  const { now, circuits, gateways, sessions, sources, statuses, incidents, closed, problems } = judged
  const events = await listEvents(q, { from: now - EVENTS_SINCE_MS, limit: EVENTS })
  const open = sortIncidentsWorstFirst(incidents.filter(({ state }) => state === 'open'))
  return {
    data: {
      headline: await readHeadline(q, judged, now),
      counts: estateCounts({ circuits, gateways, sessions, sources, problems }),
      worstFirst: problems.slice(0, PROBLEMS),
      recentEvents: await buildApiEvents(q, events.rows),
      incidents: {
        counts: countBy(open, ({ severity }) => severity),
        recovered: open.filter(({ phase }) => phase === 'recovered').length,
        planned: open.filter((one) => one.phase === 'ongoing' && !isIncidentOngoing(one)).length,
        open: open.slice(0, INCIDENTS),
        closed: open.length < MANY ? closed : [],
      },
      worstLosses: await readWorstStrandingLosses(q),
      cost: mayReadCost ? await cacheUntilChange(q, 'cost headline', () => readCostHeadline(q, now)) : null,
    },
    ...buildFreshnessFields(findSupportingPolls(statuses, OVERVIEW_POLL_KINDS, now), now),
  }
}

type Judged = Awaited<ReturnType<typeof readEvaluatedEstate>>

/** Maximum age in ms of a time in which all session polls failed. Earlier such times are ignored. */
const UNSEEN_SINCE_MS = 30 * MS_PER_DAY

/**
 * Returns the time since which no problem was observed. It is the end of the last incident, or the end of the last time
 * in which all session polls failed if that is later. Null if there was no incident.
 */
export async function findTimeSinceLastProblem(
  q: SqlExecutor,
  { statuses }: Pick<Judged, 'statuses'>,
  now: EpochMs,
  only?: Parameters<typeof findLastIncidentEnd>[1],
): Promise<TimestampBounds | null> {
  const restored = await findLastIncidentEnd(q, only)
  if (!restored) return null
  const from = Math.max(restored.latest, now - UNSEEN_SINCE_MS)
  const gap = (await findUnpolledSessionTimes(q, { from, to: now }, statuses)).at(-1)
  return gap ? { earliest: restored.earliest, latest: gap.to } : restored
}

/**
 * Returns the headline with its sentence, which is the same on every screen.
 * @param now epoch milliseconds
 */
export async function readHeadline(
  q: SqlExecutor,
  {
    problems,
    circuits,
    gateways,
    ports,
    sources,
    incidents,
    statuses,
  }: Pick<Judged, 'problems' | 'circuits' | 'gateways' | 'ports' | 'sources' | 'incidents' | 'statuses'>,
  now: EpochMs,
): Promise<OverviewEndpointResponse<'overview'>['data']['headline']> {
  // Incidents with a lower severity are ignored, because every loss of redundancy is a critical or major incident.
  const only = { scopes: circuits.map(({ id }) => id), severities: ['critical', 'major'] as const }
  const restored = problems.length === 0 ? await findTimeSinceLastProblem(q, { statuses }, now, only) : null
  const isPolled = sources.some(({ state }) => state !== 'never')
  const headline = buildHeadline({
    problems,
    circuits,
    gateways,
    ports,
    isPolled,
    restoredAt: restored?.latest ?? null,
    recovered: incidents.flatMap(({ phase, severity, root, maintenance }) =>
      phase === 'recovered' && root && !maintenance && only.severities.some((one) => one === severity)
        ? `${eventKindRecords[root.kind].name}: ${root.scopeName} ${formatEndWithoutRecovery(root) ? 'ended, not back' : 'recovered'}`
        : [],
    ),
    urgent: new Set(
      incidents.filter(({ state, needsYou }) => state === 'open' && needsYou.when === 'now').map(({ id }) => id),
    ),
  })
  return {
    ...headline,
    sentence: formatHeadline(encodeWithSchema(estateHeadlineSchema.omit({ sentence: true }), headline), now),
  }
}

/**
 * Reads all resources, and determines their states and problems at `now`. The overview and the wall display share the
 * result until the next poll. In the result, `ports` is the number of ExpressRoute Direct ports and LAGs, `sessions`
 * contains only the sessions that count for the state of a resource, `incidents` the open and recently closed
 * incidents, and `closed` the incidents that closed last.
 */
export const readEvaluatedEstate = (q: SqlExecutor, now: EpochMs) => cacheUntilPoll(q, 'judged', () => judge(q, now))

async function judge(q: SqlExecutor, now: EpochMs) {
  // PostgreSQL reads the incidents while this process computes the states of sessions
  const [estate, statuses, recent, { rows: over }] = await Promise.all([
    readTopology(q),
    readSources(q),
    readIncidentsSince(q, now - RECOVERED_SHOWN_MS, MAX_INCIDENTS),
    listIncidents(q, { open: false, limit: MAX_CLOSED_INCIDENTS_SHOWN }),
  ])
  const { sessions: all } = await readBgpSessionsWithVerdicts(q, undefined, now, { estate })
  const [{ gateways }, { circuits }] = await Promise.all([
    readGateways(q, estate, undefined, now, all),
    readCircuits(q, estate, undefined, now, all),
  ])
  const sources = statuses.map((status) => buildApiSource(status, now))
  const sessions = all.filter(isCountedSession)
  const rows = new Map([...recent, ...over].map((row) => [row.id, row]))
  const views = await buildApiIncidents(q, [...rows.values()], statuses, now, estate)
  const viewsOf = (of: typeof over) => of.flatMap(({ id }) => views.find((view) => view.id === id) ?? [])
  const [incidents, closed] = [viewsOf(recent), viewsOf(over)]
  const sites = await buildApiEvents(q, await readOpenEvents(q, { kind: 'site_state_changed' }))
  // The root event of an ongoing incident may have ended while another event of the incident is ongoing. The incident
  // is then described by that event.
  const outlived = incidents.filter(({ phase, root }) => phase === 'ongoing' && root?.endedBetween)
  const ongoing = await buildApiEvents(
    q,
    await readOpenEventsOfIncidents(
      q,
      outlived.map(({ id }) => id),
    ),
  )
  const declarations = await readCurrentDeclarations(q)
  const maintenance = await readExpectedMaintenance(q, { from: now, to: now + 1 }, decodeResourceConfig, declarations)
  const declared = { ...declarations, maintenance }
  const problems = listProblems({
    now,
    circuits,
    gateways,
    sessions,
    sources,
    incidents,
    ongoing,
    sites,
    maintenance,
    pollsStoppedAt: findPollsStoppedAtForReader(q, statuses, now),
  })
  const ports = estate.ports.size
  return { now, circuits, gateways, ports, sessions, statuses, sources, incidents, closed, sites, declared, problems }
}

/**
 * Returns the number of resources in each state, and the number of healthy or unknown resources that have an open
 * event.
 */
function estateCounts({
  circuits,
  gateways,
  sessions,
  sources,
  problems,
}: Pick<Judged, 'circuits' | 'gateways' | 'sessions' | 'sources' | 'problems'>): EstateOverview['counts'] {
  const circuitsIn = (state: Circuit['redundancy']) => circuits.filter(({ redundancy }) => redundancy === state)
  const gatewaysIn = (wanted: Gateway['state']) => gateways.filter(({ state }) => state === wanted)
  return {
    circuits: countBy(circuits, ({ redundancy }) => redundancy),
    gateways: countBy(gateways, ({ state }) => state),
    sessions: countBy(sessions, ({ verdict }) => verdict),
    sources: countBy(sources, ({ state }) => state),
    problems: countBy(problems, ({ severity }) => severity),
    impaired: {
      circuits: impaired(circuitsIn('redundant'), problems),
      gateways: impaired(gatewaysIn('healthy'), problems),
      unknownCircuits: impaired(circuitsIn('unknown'), problems),
      unknownGateways: impaired(gatewaysIn('unknown'), problems),
    },
  }
}

const impaired = (resources: readonly { id: string }[], problems: readonly ActiveProblemToEncode[]) =>
  resources.filter(({ id }) => problems.some((problem) => problem.id === id && problem.kind !== null)).length

function countBy<Row, State extends string>(rows: readonly Row[], stateOf: (row: Row) => State) {
  const counts: Partial<Record<State, number>> = {}
  for (const row of rows) counts[stateOf(row)] = (counts[stateOf(row)] ?? 0) + 1
  return counts
}
