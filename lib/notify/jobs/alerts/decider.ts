import type { PoolClient } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import { incidentById, type StoredEvent, type StoredIncident, visibleTo } from '#lib/history/index.ts'
import { ALERTING_LEASE, alertingLeaseAge, LeaseLostError, withLease } from '#lib/platform/leases/index.ts'
import { willPass } from '#lib/platform/database-failure.ts'
import { componentLogger } from '#lib/platform/log.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { scopeOnConnection } from '#lib/questions/index.ts'
import { together } from '#lib/platform/together.ts'
import { dropAlert, dueAlerts, postponeEvaluation, requestEvaluation } from '../../store/alerts.ts'
import { alertIdOf, alertParts, type Audience, EVERYBODY, scopedAudiences, type ScopedReading } from './audience.ts'
import { type StoredChannel, storedChannels } from '../../store/channels.ts'
import type { Content } from '../../content.ts'
import type { IncidentReading, NotifyContext } from '../../context.ts'
import { digestsDue, flushDigests } from '../digests/digest.ts'
import { type AlertSubject, evaluateAlert } from './evaluate-alert.ts'
import { incidentFacts } from './facts.ts'
import { routingFactsOf } from './incident-summary.ts'
import { newestFor } from '../../store/outbox-queue.ts'
import { previouslyNotified } from '../outbox/previously-notified.ts'
import { readSummary } from '../digests/read-summary.ts'

/** An evaluator that has nothing to do takes the lease so often (seconds), which shows that there is one. */
const IDLE_RENEWAL_SECONDS = 5

/** Alerts per tick; the rest stays due for the next tick. */
const BATCH_SIZE = 200

/**
 * Evaluates every alert that is due, each in a transaction of its own, then flushes digests; under a lease, because one process
 * decides at a time, so that storm limits hold over all processes.
 * @returns notifications written; null = another process is deciding
 */
export async function decideDue(context: NotifyContext, signal?: AbortSignal): Promise<number | null> {
  if (await isIdle(context)) return 0
  return withLease(context.db, ALERTING_LEASE, async (lease) => {
    const held = { ...context, db: lease.db }
    let written = 0
    for (const id of await dueAlerts(held.db.pool, context.clock.now(), BATCH_SIZE)) {
      if (signal?.aborted || lease.signal.aborted) break
      written += await decideOne(held, id)
    }
    return written + (await flushDigests(held))
  })
}

/** Without anything to decide, as one statement finds, the lease is taken now and then only: each claim is a write. */
async function isIdle(context: NotifyContext): Promise<boolean> {
  const asked = together(context.db.pool)
  const [due, digests, age] = await Promise.all([
    dueAlerts(asked, context.clock.now(), 1),
    digestsDue(context, asked),
    alertingLeaseAge(asked),
  ])
  if (due.length > 0 || digests.length > 0) return false
  return age !== null && age < IDLE_RENEWAL_SECONDS
}

/** An alert that fails to evaluate does not block the others: it is logged and retried later. */
async function decideOne(context: NotifyContext, alertId: string): Promise<number> {
  const { db, clock, settings } = context
  const now = clock.now()
  const { key } = alertParts(alertId)
  try {
    return await (key === '' ? decideForEverybody(context, alertId, now) : decideForScope(context, alertId, now))
  } catch (error) {
    // another process evaluates it, or it stays due until the database does its part
    if (error instanceof LeaseLostError || willPass(error)) throw error
    componentLogger('notify').error({ err: error, alert: alertId }, 'an alert failed to evaluate and is retried')
    await db.transaction((client) => postponeEvaluation(client, alertId, now + settings['evaluate.again']))
    return 0
  }
}

/** Decides for channels without a scope, and asks for the decisions of those that have one and see some of the incident. */
async function decideForEverybody(context: NotifyContext, id: string, now: EpochMs): Promise<number> {
  const { db, settings, scoped, incidents } = context
  const audiences = scopedAudiences(await storedChannels(db.pool))
  // whose everything is, is read on connections of its own, before this one is taken
  const seen = await Promise.all(
    audiences.map(async (audience) => ({ audience, sees: await sightOf(scoped, audience) })),
  )
  return db.transaction(async (client) => {
    let events: readonly StoredEvent[] = []
    const read = async () => {
      const found = await incidentById(client, id)
      events = found?.events ?? []
      return found && subjectOf(client, { reader: client, audience: EVERYBODY, incidents }, found, now)
    }
    const written = await evaluateAlert(client, id, read, { now, settings })
    const touched = seen.filter(({ sees }) => events.some(({ scope }) => sees(scope)))
    if (touched.length > 0)
      await requestEvaluation(
        client,
        touched.map(({ audience }) => alertIdOf(id, audience)),
        now,
      )
    return written
  })
}

/** What an audience sees some of, by short id. Without an answer it may see all: its own decision then fails for itself. */
async function sightOf(scoped: ScopedReading, { scope }: Audience): Promise<(shortId: string) => boolean> {
  try {
    const visible = visibleTo(await scoped.readerOf(scope))
    const shortIds = new Set([...(visible?.shortIds ?? []), ...(visible?.sharedShortIds ?? [])])
    return (shortId) => shortIds.has(shortId)
  } catch (error) {
    if (willPass(error)) throw error
    return () => true
  }
}

/** Decides for the channels of one scope, from what it sees and nothing else. */
async function decideForScope(
  { db, settings, scoped, incidents }: NotifyContext,
  alertId: string,
  now: EpochMs,
): Promise<number> {
  const { id, key } = alertParts(alertId)
  const audience = scopedAudiences(await storedChannels(db.pool)).find((one) => one.key === key)
  if (!audience) {
    // its last channel was removed, switched off or given another scope
    await db.transaction((client) => dropAlert(client, alertId))
    return 0
  }
  const known = await scoped.readerOf(audience.scope)
  return db.transaction((client) => {
    const reader = scopeOnConnection(known, client)
    const read = async () => {
      const found = await incidentById(reader, id)
      const seen = found && { ...found, events: scoped.eventsFor(known, found.events) }
      const subject = seen && (await subjectOf(client, { reader, audience, incidents }, seen, now))
      return subject && { ...subject, summary: scoped.withoutOthers(known, subject.summary) }
    }
    return evaluateAlert(client, id, read, { now, settings, audience })
  })
}

/**
 * Decides on one incident now, in the caller's transaction, as {@link decideDue} does of one that is due, for one channel alone and without
 * limits of storms.
 * @returns what the channel receives; null = nothing
 */
export async function decideFor(
  client: PoolClient,
  incidentId: string,
  channel: StoredChannel,
  { now, settings, incidents }: { now: EpochMs } & Pick<NotifyContext, 'settings' | 'incidents'>,
): Promise<Content | null> {
  const read = async () => {
    const found = await incidentById(client, incidentId)
    return found && subjectOf(client, { reader: client, audience: EVERYBODY, incidents }, found, now)
  }
  const calm = { ...settings, 'storm.alerts': Infinity, 'storm.channel': Infinity }
  await evaluateAlert(client, incidentId, read, { now, settings: calm, channels: [channel] })
  return newestFor(client, channel.id, incidentId)
}

/** @param client reads what was notified. seen: reads what the audience sees */
async function subjectOf(
  client: PoolClient,
  seen: { reader: Queryable; audience: Audience; incidents: IncidentReading },
  { incident, events }: { incident: StoredIncident; events: StoredEvent[] },
  now: EpochMs,
): Promise<AlertSubject | null> {
  const { reader } = seen
  const summary = await readSummary(reader, { incident, events }, now, seen.incidents)
  if (!summary) return null
  const previously = await previouslyNotified(client, seen, incident.id, events)
  return {
    facts: await incidentFacts(reader, incident, events),
    summary: { ...summary, continues: previously?.incidentId ?? null },
    routing: routingFactsOf(incident, events, summary),
    previously,
  }
}
