/** Which other polls of its resource a poll asks for, so that what it saw is read in full at once. */
import type { MetricsObservation, Observation } from '#lib/contract/index.ts'
import { listSources, metricSeries, type SourceRef } from '#lib/history/index.ts'
import { willPass } from '#lib/platform/database-failure.ts'
import type { Lease } from '#lib/platform/leases/index.ts'
import type { PollResult } from '../poll/commit.ts'
import type { KnownSession } from '../poll/knowledge.ts'
import { stepsOfMetrics, pollsForSteps } from '../poll/metric-steps.ts'
import type { PollContext } from '../poll/poll-context.ts'
import type { SourceCache } from '../poll/source-cache.ts'

type Asked = PollResult['asksFor']

/** A poll whose answer is in hand. */
interface Answered {
  lease: Lease
  source: SourceRef
  observation: Observation
  /** its sessions that said or did something; none of a poll that reports no sessions */
  active: readonly KnownSession[]
}

/** The tables of sessions with activity, or what reads the same as metrics that fell. */
export function followUpsOf(context: PollContext, answered: Answered): Promise<Asked> {
  const { observation } = answered
  if (observation.kind === 'metrics') return pollsOfSteps(context, answered, observation)
  return tablesOf(context.book, answered)
}

async function pollsOfSteps(
  { db, log, commits }: PollContext,
  { lease, source: { scope } }: Answered,
  { rows }: MetricsObservation,
): Promise<Asked> {
  if (rows.length === 0) return []
  try {
    const { sourceId } = lease
    const series = commits.seriesBefore(lease) ?? (await metricSeries(db.pool, [sourceId])).get(sourceId) ?? []
    const recorded = series.flatMap(({ newest, ...own }) => (newest ? [{ ...own, ...newest }] : []))
    const steps = stepsOfMetrics(rows, recorded)
    if (steps.length === 0) return []
    const polls = pollsForSteps(steps, await listSources(db.pool, { scope }))
    if (polls.length > 0)
      log.info({ scope, metrics: steps.map(({ metric }) => metric), polls }, 'metrics ask for polls')
    return polls
  } catch (error) {
    // they come at their own time; the metrics in hand are worth more
    if (willPass(error)) return []
    throw error
  }
}

async function tablesOf(book: SourceCache, { source, observation, active }: Answered): Promise<Asked> {
  if (active.length === 0) return []
  const { sourceId, resourceId } = source
  if (observation.kind === 'summary') return [{ sourceId, kinds: ['tables', 'arp'] }]
  const neighbors = new Set(active.map(({ neighbor }) => neighbor))
  return [{ sourceId, kinds: ['learned'] }, ...(await advertisedTo(book, resourceId, [...neighbors]))]
}

/** What a gateway advertises to its neighbors, which follows from what it learned. */
export function advertisedTables(book: SourceCache, { resourceId }: SourceRef): Promise<Asked> {
  return advertisedTo(book, resourceId, book.neighborsOf(resourceId))
}

async function advertisedTo(book: SourceCache, resourceId: string, neighbors: readonly string[]): Promise<Asked> {
  const ids = await Promise.all(neighbors.map((subresource) => book.plannedId({ resourceId, subresource })))
  return ids.flatMap((id) => (id === null ? [] : [{ sourceId: id, kinds: ['advertised'] }]))
}
