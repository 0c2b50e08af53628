/**
 * Determines which other polls become due immediately because of a poll, so that the details of its findings are read.
 */
import { type MetricsObservation, type PollObservation, parsePeeringType } from '#lib/contract/index.ts'
import { listSources, readMetricSeries, type SourceRef } from '#lib/history/index.ts'
import type { PollLease } from '#lib/platform/leases/index.ts'
import type { UncommittedPollResult } from '../commit/commit-poll.ts'
import type { KnownSession } from '../poll/known-facts.ts'
import { findMetricDrops, findPollsForMetricSteps } from '../poll/metric-steps.ts'
import { createPostgresEstateReaders } from '../detection/detection-store.ts'
import { queryOrDefault } from '../poll/query-or-default.ts'
import type { PollContext } from '../poll/poll-context.ts'
import type { SourceCache } from '../poll/source-cache.ts'

type FollowUpRequest = UncommittedPollResult['asksFor']

/** A poll whose response was received. */
interface Answered {
  lease: PollLease
  source: SourceRef
  observation: PollObservation
  /** Sessions of the poll with activity (see {@link findSessionsWithActivity}); empty for a poll without sessions. */
  active: readonly KnownSession[]
}

/**
 * Returns the polls that become due because of a poll. After a metric poll, these are the polls that read the facts
 * behind the metrics whose values dropped. After any other poll, these are the route tables of sessions with activity.
 * If these polls cannot be determined, the result is empty, and they take place at their usual time.
 */
export function findFollowUpPolls(context: PollContext, answered: Answered): Promise<FollowUpRequest> {
  const { observation } = answered
  const asked = () =>
    observation.kind === 'metrics' ? pollsOfSteps(context, answered, observation) : tablesOf(context, answered)
  return queryOrDefault(context.log, answered.source, [], asked)
}

async function pollsOfSteps(
  { db, log, commits }: PollContext,
  { lease, source: { scope } }: Answered,
  { rows }: MetricsObservation,
): Promise<FollowUpRequest> {
  if (rows.length === 0) return []
  const { sourceId } = lease
  const series = commits.seriesBefore(lease) ?? (await readMetricSeries(db.pool, [sourceId])).get(sourceId) ?? []
  const recorded = series.flatMap(({ newest, ...own }) => (newest ? [{ ...own, ...newest }] : []))
  const steps = findMetricDrops(rows, recorded)
  if (steps.length === 0) return []
  const polls = findPollsForMetricSteps(steps, await listSources(db.pool, { scope }))
  if (polls.length > 0) log.info({ scope, metrics: steps.map(({ metric }) => metric), polls }, 'metrics ask for polls')
  return polls
}

/**
 * Returns the route tables to poll after activity in BGP sessions. For a circuit path, these are its own route and ARP
 * tables. For private peering, the learned routes of its gateways are added, because Azure can read them at the same
 * time. For a gateway or Route Server, these are its learned routes.
 */
async function tablesOf(context: PollContext, { source, observation, active }: Answered): Promise<FollowUpRequest> {
  if (active.length === 0) return []
  const { db, estate, clock, book } = context
  const { sourceId, scope, peering, resourceId } = source
  if (observation.kind !== 'summary') {
    const neighbors = [...new Set(active.map(({ neighbor }) => neighbor))]
    // a Route Server has a separate table for each neighbor
    return [{ sourceId, kinds: ['learned'] }, ...(await ofNeighbors(book, resourceId, neighbors, 'learned'))]
  }
  const own = { sourceId, kinds: ['tables', 'arp'] }
  if (peering === null || parsePeeringType(peering) !== 'private') return [own]
  const { topology } = await estate.groupOf(createPostgresEstateReaders(db.pool), scope, clock.now())
  const behind = topology.gateways.filter(({ circuits }) => circuits.includes(scope))
  const polled = await Promise.all(behind.map((gateway) => listSources(db.pool, { scope: gateway.scope })))
  const learned = polled.flat().filter((one) => one.scheduled && one.poll.kind === 'learned' && one.subresource === '')
  return [own, ...learned.map((one) => ({ sourceId: one.sourceId, kinds: ['learned'] }))]
}

/**
 * Returns the polls of the routes that a gateway advertises to its neighbors. They are due after a change of learned
 * routes, on which they depend.
 */
export function findAdvertisedRoutePolls(context: PollContext, source: SourceRef): Promise<FollowUpRequest> {
  const { book, log } = context
  const { resourceId } = source
  return queryOrDefault(log, source, [], () =>
    ofNeighbors(book, resourceId, book.neighborsOf(resourceId), 'advertised'),
  )
}

async function ofNeighbors(
  book: SourceCache,
  resourceId: string,
  neighbors: readonly string[],
  kind: 'learned' | 'advertised',
): Promise<FollowUpRequest> {
  const ids = await Promise.all(neighbors.map((subresource) => book.plannedId({ resourceId, subresource })))
  return ids.flatMap((id) => (id === null ? [] : [{ sourceId: id, kinds: [kind] }]))
}
