import type { PoolClient } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import { incidentById, type StoredEvent, type StoredIncident, visibleTo } from '#lib/history/index.ts'
import { ALERTING_LEASE, alertingLeaseAge, LeaseLostError, withLease } from '#lib/platform/leases/index.ts'
import { isTemporaryFailure } from '#lib/platform/database-failure.ts'
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
import { findNewestContent } from '../../store/outbox-queue.ts'
import { findPreviousNotice } from '../outbox/previously-notified.ts'
import { readSummary } from '../digests/read-summary.ts'

/** Interval in seconds at which an evaluator without work renews the lease, to show that an evaluator exists. */
const IDLE_RENEWAL_SECONDS = 5

/** Maximum number of alerts that are evaluated per tick. The other due alerts wait for the next tick. */
const BATCH_SIZE = 200

/**
 * Evaluates every due alert in a separate transaction, then writes due digests. It holds a lease, because only one
 * process may decide at a time; otherwise the storm limits (of notifications in a short time) would not hold over all
 * processes.
 * @returns number of notifications written; null = another process is deciding
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

/**
 * Reports whether no alert is due and the lease was renewed recently, so that the lease need not be claimed. The check
 * takes one statement, while each claim of the lease is a write.
 */
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

/**
 * Evaluates one alert. If it fails, the error is logged and the alert is retried later, so that it does not block the
 * others.
 */
async function decideOne(context: NotifyContext, alertId: string): Promise<number> {
  const { db, clock, settings } = context
  const now = clock.now()
  const { key } = alertParts(alertId)
  try {
    return await (key === '' ? decideForEverybody(context, alertId, now) : decideForScope(context, alertId, now))
  } catch (error) {
    // the error is passed on, because another process evaluates the alert, or the alert stays due until the database
    // works again
    if (error instanceof LeaseLostError || isTemporaryFailure(error)) throw error
    componentLogger('notify').error({ err: error, alert: alertId }, 'an alert failed to evaluate and is retried')
    await db.transaction((client) => postponeEvaluation(client, alertId, now + settings['evaluate.again']))
    return 0
  }
}

/**
 * Evaluates an incident for channels without a scope, and requests an evaluation for each scope that includes some of
 * the incident's events.
 */
async function decideForEverybody(context: NotifyContext, id: string, now: EpochMs): Promise<number> {
  const { db, settings, scoped, incidents } = context
  const audiences = scopedAudiences(await storedChannels(db.pool))
  // the scopes are resolved on separate connections now, before the transaction takes a connection
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

/**
 * Returns a function that reports whether an audience may see some part of a resource, by short ID. If the scope cannot
 * be resolved, the function returns true, so that the audience's own evaluation fails separately.
 */
async function sightOf(scoped: ScopedReading, { scope }: Audience): Promise<(shortId: string) => boolean> {
  try {
    const visible = visibleTo(await scoped.readerOf(scope))
    const shortIds = new Set([...(visible?.shortIds ?? []), ...(visible?.sharedShortIds ?? [])])
    return (shortId) => shortIds.has(shortId)
  } catch (error) {
    if (isTemporaryFailure(error)) throw error
    return () => true
  }
}

/** Evaluates an incident for the channels of one scope, only from data within the scope. */
async function decideForScope(
  { db, settings, scoped, incidents }: NotifyContext,
  alertId: string,
  now: EpochMs,
): Promise<number> {
  const { id, key } = alertParts(alertId)
  const audience = scopedAudiences(await storedChannels(db.pool)).find((one) => one.key === key)
  if (!audience) {
    // the last channel of this scope was removed, disabled or given another scope
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
 * Evaluates one incident now for only one channel, in the caller's transaction and without storm limits.
 * @returns the content that the channel receives; null = nothing to send
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
  return findNewestContent(client, channel.id, incidentId)
}

/**
 * Reads the data for the evaluation of an incident.
 * @param client connection that reads earlier notifications
 * @param seen `reader` reads only the data that the audience may see
 */
async function subjectOf(
  client: PoolClient,
  seen: { reader: Queryable; audience: Audience; incidents: IncidentReading },
  { incident, events }: { incident: StoredIncident; events: StoredEvent[] },
  now: EpochMs,
): Promise<AlertSubject | null> {
  const { reader } = seen
  const summary = await readSummary(reader, { incident, events }, now, seen.incidents)
  if (!summary) return null
  const previously = await findPreviousNotice(client, seen, incident.id, events)
  return {
    facts: await incidentFacts(reader, incident, events),
    summary: { ...summary, continues: previously?.incidentId ?? null },
    routing: routingFactsOf(incident, events, summary),
    previously,
  }
}
