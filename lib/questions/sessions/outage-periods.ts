import { intersectTimeIntervals } from '#lib/contract/time/time-spans.ts'
import type { EventKind, PollKind } from '#lib/contract/index.ts'
import type { PeriodOutage } from '#lib/detection/index.ts'
import {
  type readExpectedMaintenance,
  listEvents,
  type Period,
  type SourceStatus,
  type StoredEvent,
} from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readUnpolledTimesByResource as timesUnseen } from '../store/index.ts'

/**
 * Maximum time in ms between the begin of an outage and the begin of the period. An outage that began even earlier is
 * left out.
 */
const BEFORE_MS = 92 * 24 * 60 * 60_000
const PAGE = 1_000

/**
 * Returns the announced maintenance windows of a resource. Maintenance of only one path is left out, because the other
 * path of the circuit works during that time.
 */
export const listMaintenancePeriods = (
  id: string,
  windows: Awaited<ReturnType<typeof readExpectedMaintenance>>,
): Period[] =>
  windows
    .filter(({ scopes, paths }) => (scopes.length === 0 || scopes.includes(id)) && paths.length !== 1)
    .map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }))

export const toPeriodOutage = ({
  started,
  ended,
  causes,
  provenUntil,
}: StoredEvent & Required<Pick<PeriodOutage, 'provenUntil'>>): PeriodOutage => ({
  started,
  ended,
  provenUntil,
  owner: causes[0]?.owner ?? 'unknown',
})

/** Returns the events of these kinds that began before the end of the period and may have lasted into it. */
export async function listOutageEvents(
  q: SqlExecutor,
  { from, to }: Period,
  kinds: readonly EventKind[],
): Promise<StoredEvent[]> {
  const all: StoredEvent[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listEvents(q, { kinds, from: from - BEFORE_MS, to, limit: PAGE, cursor })
    all.push(...page.rows.filter(({ ended }) => ended === null || ended.latest > from))
    if (page.nextCursor === null) return all
    cursor = page.nextCursor
  }
}

/**
 * Returns the times in which polls of a kind did not observe a resource, by short id. If a resource has several such
 * polls (for example one for each path), only times in which all of them failed are returned. A resource without such
 * polls has no entry.
 * @param statuses status of all sources
 */
export async function findUnpolledTimesByResource(
  q: SqlExecutor,
  { from, to }: Period,
  kind: PollKind,
  statuses: readonly SourceStatus[],
): Promise<Map<string, readonly Period[]>> {
  if (from >= to) return new Map()
  const polls = statuses.filter(({ poll, scheduled }) => poll.kind === kind && scheduled)
  return timesUnseen(q, { kind, sources: polls.map(({ sourceId }) => sourceId), from, to })
}

/** Returns the times in which all session polls of all resources failed. */
export async function findUnpolledSessionTimes(
  q: SqlExecutor,
  range: Period,
  sources: readonly SourceStatus[],
): Promise<readonly Period[]> {
  const peers = await findUnpolledTimesByResource(q, range, 'peers', sources)
  const summaries = await findUnpolledTimesByResource(q, range, 'summary', sources)
  return intersectUnpolledTimes(range, [...peers.values(), ...summaries.values()])
}

/**
 * Returns the times of a period that were observed by none of the polls. If there are no polls, this is the whole
 * period.
 * @param unseen for each poll, the times that it did not observe
 */
export function intersectUnpolledTimes(period: Period, unseen: readonly (readonly Period[])[]): readonly Period[] {
  const [first = [period], ...others] = unseen
  return others.reduce(intersectTimeIntervals, first)
}
