import { setTimeout } from 'node:timers/promises'
import type { PoolClient } from 'pg'
import { type EpochMs, getNeededTime } from '#lib/contract/index.ts'
import { readIncidentById, type StoredEvent, type StoredIncident, getReaderVisibility } from '#lib/history/index.ts'
import { ALERTING_LEASE, readAlertingLeaseAge, LeaseLostError, runWithWorkLease } from '#lib/platform/leases/index.ts'
import { isTemporaryFailure } from '#lib/platform/database-failure.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { bindAccessScopeToConnection } from '#lib/questions/index.ts'
import { createBatchingClient } from '#lib/platform/batching-client.ts'
import { deleteAlert, readDueAlertIds, postponeEvaluation, requestEvaluation } from '../../store/alerts.ts'
import {
  formatAlertId,
  parseAlertId,
  type ChannelAudience,
  UNLIMITED_AUDIENCE,
  listScopedAudiences,
  type AccessScopedReaders,
} from './channel-audience.ts'
import { type StoredChannel, readChannels } from '../../store/channels.ts'
import type { MessageContent } from '../../content.ts'
import type { IncidentMessageReaders, NotifyContext } from '../../context.ts'
import { findDueDigests, writeDueDigests } from '../digests/storm-digests.ts'
import { type AlertSubject, evaluateAlert } from './evaluate-alert.ts'
import { readIncidentForNotices } from './incident-facts.ts'
import { collectChannelRoutingInput, describeJoinedFaults, findRootEvent } from './incident-summary.ts'
import { findNewestContent } from '../../store/outbox-queue.ts'
import { findPreviousNotice } from '../outbox/previously-notified.ts'
import { readIncidentSummary } from '../digests/read-summary.ts'

/**
 * Interval in seconds at which a process renews the alerting lease when no alert is due. The age of the lease shows
 * that evaluation works.
 */
const IDLE_RENEWAL_SECONDS = 5

/** Maximum number of alerts that are evaluated per tick. The other due alerts wait for the next tick. */
const BATCH_SIZE = 200

/**
 * Evaluates every due alert in a separate transaction, then writes due digests. Only the process with the alerting
 * lease may do it, because storm limits (maximum numbers of notifications in a short time) apply to all processes
 * together.
 * @returns number of notifications written; null = another process holds the lease
 */
export async function evaluateDueAlerts(context: NotifyContext, signal?: AbortSignal): Promise<number | null> {
  if (await isIdle(context)) return 0
  return runWithWorkLease(context.db, ALERTING_LEASE, async (lease) => {
    const held = { ...context, db: lease.db }
    let written = 0
    for (const id of await readDueAlertIds(held.db.pool, context.clock.now(), BATCH_SIZE)) {
      if (signal?.aborted || lease.signal.aborted) break
      written += await decideOne(held, id)
    }
    return written + (await writeDueDigests(held))
  })
}

/**
 * Reports whether nothing is due and the lease was renewed recently. Then the lease need not be claimed, which saves a
 * write to the database.
 */
async function isIdle(context: NotifyContext): Promise<boolean> {
  const asked = createBatchingClient(context.db.pool)
  const [due, digests, age] = await Promise.all([
    readDueAlertIds(asked, context.clock.now(), 1),
    findDueDigests(context, asked),
    readAlertingLeaseAge(asked),
  ])
  if (due.length > 0 || digests.length > 0) return false
  return age !== null && age < IDLE_RENEWAL_SECONDS
}

/**
 * Evaluates one alert. An error is logged and the alert is retried later, so that one alert does not block the others.
 */
async function decideOne(context: NotifyContext, alertId: string): Promise<number> {
  const { db, clock, settings } = context
  const now = clock.now()
  const { key } = parseAlertId(alertId)
  try {
    return await (key === '' ? decideForEverybody(context, alertId, now) : decideForScope(context, alertId, now))
  } catch (error) {
    // The error is passed on if the lease was lost (another process evaluates the alert) or the database failed
    // temporarily (the alert remains due).
    if (error instanceof LeaseLostError || isTemporaryFailure(error)) throw error
    createComponentLogger('notify').error({ err: error, alert: alertId }, 'an alert failed to evaluate and is retried')
    await db.transaction((client) => postponeEvaluation(client, alertId, now + settings['evaluate.again']))
    return 0
  }
}

/**
 * Evaluates an incident for the channels that see everything. Then requests an evaluation of the alerts of limited
 * scopes, for each scope that includes a resource of the incident.
 */
async function decideForEverybody(context: NotifyContext, id: string, now: EpochMs): Promise<number> {
  const { db, settings, scoped, incidents } = context
  const audiences = listScopedAudiences(await readChannels(db.pool))
  // The resources in each scope are determined on separate connections before the transaction begins, so that the
  // transaction does not hold a connection meanwhile.
  const seen = await Promise.all(
    audiences.map(async (audience) => ({ audience, sees: await readVisibility(scoped, audience) })),
  )
  const hindrance = await readHindrance(context, db.pool, id, now)
  return db.transaction(async (client) => {
    let events: readonly StoredEvent[] = []
    const read = async () => {
      const found = await readIncidentById(client, id)
      events = found?.events ?? []
      const about = { reader: client, audience: UNLIMITED_AUDIENCE, incidents, hindrance }
      return found && subjectOf(client, about, found, now)
    }
    const written = await evaluateAlert(client, id, read, { now, settings })
    const touched = seen.filter(({ sees }) => events.some(({ scope }) => sees(scope)))
    if (touched.length > 0)
      await requestEvaluation(
        client,
        touched.map(({ audience }) => formatAlertId(id, audience)),
        now,
      )
    return written
  })
}

/**
 * Maximum time in milliseconds for which a message waits until the obstacle to the failover of the traffic is
 * determined.
 */
const MAX_HINDRANCE_WAIT_MS = 2_000

/**
 * Returns the most serious obstacle to the failover of the traffic that an open incident affects. Returns null if no
 * obstacle is known, or if it cannot be determined in time, because a message must not depend on it.
 */
async function readHindrance(
  { incidents }: NotifyContext,
  reader: SqlExecutor,
  id: string,
  now: EpochMs,
): Promise<string | null> {
  const found = incidents.hindrance ? await readIncidentById(reader, id) : null
  const root = found && found.incident.closedAt === null ? findRootEvent(found.incident, found.events) : undefined
  if (!root || !incidents.hindrance) return null
  const read = incidents.hindrance(reader, root, now).catch(() => null)
  return Promise.race([read, setTimeout(MAX_HINDRANCE_WAIT_MS, null, { ref: false })])
}

/**
 * Returns a function that reports whether an audience may see at least a part of a resource (by short ID). If the
 * resources in the scope cannot be determined, the function always returns true; the audience's own evaluation then
 * fails and is retried.
 * @throws temporary failures of the database
 */
async function readVisibility(
  scoped: AccessScopedReaders,
  { scope }: ChannelAudience,
): Promise<(shortId: string) => boolean> {
  try {
    const visible = getReaderVisibility(await scoped.readerOf(scope))
    const shortIds = new Set([...(visible?.shortIds ?? []), ...(visible?.sharedShortIds ?? [])])
    return (shortId) => shortIds.has(shortId)
  } catch (error) {
    if (isTemporaryFailure(error)) throw error
    return () => true
  }
}

/** Evaluates an incident for the channels of one limited scope, only from data within that scope. */
async function decideForScope(context: NotifyContext, alertId: string, now: EpochMs): Promise<number> {
  const { db, settings, scoped, incidents } = context
  const { id, key } = parseAlertId(alertId)
  const audience = listScopedAudiences(await readChannels(db.pool)).find((one) => one.key === key)
  if (!audience) {
    // No enabled channel has this scope any more, because the last one was removed, disabled or given another scope.
    await db.transaction((client) => deleteAlert(client, alertId))
    return 0
  }
  const known = await scoped.readerOf(audience.scope)
  const hindrance = await readHindrance(context, known, id, now)
  return db.transaction((client) => {
    const reader = bindAccessScopeToConnection(known, client)
    const read = async () => {
      const found = await readIncidentById(reader, id)
      const seen = found && { ...found, events: scoped.eventsFor(known, found.events) }
      const subject = seen && (await subjectOf(client, { reader, audience, incidents, hindrance }, seen, now))
      return (
        subject && {
          ...subject,
          summary: scoped.withoutOthers(known, subject.summary),
          describeFaults: (ids: readonly string[]) =>
            scoped.withoutOthers(known, describeJoinedFaults(seen.events, ids)),
        }
      )
    }
    return evaluateAlert(client, id, read, { now, settings, audience })
  })
}

/**
 * Evaluates one incident immediately for a single channel, in the caller's transaction and without storm limits.
 * @returns content of the channel's newest notification about the incident; null = there is none
 */
export async function evaluateIncidentForChannel(
  client: PoolClient,
  incidentId: string,
  channel: StoredChannel,
  { now, settings, incidents }: { now: EpochMs } & Pick<NotifyContext, 'settings' | 'incidents'>,
): Promise<MessageContent | null> {
  const read = async () => {
    const found = await readIncidentById(client, incidentId)
    return found && subjectOf(client, { reader: client, audience: UNLIMITED_AUDIENCE, incidents }, found, now)
  }
  const calm = { ...settings, 'storm.alerts': Infinity, 'storm.channel': Infinity }
  await evaluateAlert(client, incidentId, read, { now, settings: calm, channels: [channel] })
  return findNewestContent(client, channel.id, incidentId)
}

/**
 * Reads the data from which an incident is evaluated.
 * @param client connection on which earlier notifications are read
 * @param seen `reader` is a connection that returns only data within the audience's scope
 */
async function subjectOf(
  client: PoolClient,
  seen: {
    reader: SqlExecutor
    audience: ChannelAudience
    incidents: IncidentMessageReaders
    hindrance?: string | null
  },
  { incident, events }: { incident: StoredIncident; events: StoredEvent[] },
  now: EpochMs,
): Promise<AlertSubject | null> {
  const { reader } = seen
  const summary = await readIncidentSummary(reader, { incident, events }, now, seen.incidents)
  if (!summary) return null
  const previously = await findPreviousNotice(client, seen, incident.id, events)
  return {
    facts: { ...(await readIncidentForNotices(reader, incident, events)), needed: getNeededTime(summary.needsYou) },
    summary: { ...summary, hindrance: seen.hindrance ?? null, continues: previously?.incidentId ?? null },
    describeFaults: (ids) => describeJoinedFaults(events, ids),
    routing: collectChannelRoutingInput(incident, events, summary),
    previously,
  }
}
