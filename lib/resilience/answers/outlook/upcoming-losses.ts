import { createHash } from 'node:crypto'
import {
  COLLECTOR_RESOURCE_ID,
  type DetectedEvent,
  type EpochMs,
  type Severity,
  WHOLE_ESTATE,
} from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { getReaderAudience, getOrCreateSourceId, computeEventId, upsertEvents } from '#lib/history/index.ts'
import type { PredictedLoss, PredictedLosses } from '#lib/notify/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { announceStreamChange } from '#lib/questions/index.ts'
import {
  hasSignificantEffect,
  type MaintenanceLossForecastInterval,
  type MaintenanceImpactLevel,
} from '../../api/index.ts'
import { findStoredEventIds, readStoredOutlook } from '../../store/index.ts'
import type { StoredMaintenanceOutlookBody } from './outlook-body.ts'

/** Times before an announced loss at which an event is raised, longest first. */
const LEADS = [
  { name: '7 days', ms: 7 * MS_PER_DAY },
  { name: '1 day', ms: MS_PER_DAY },
  { name: '1 hour', ms: MS_PER_HOUR },
] as const

/**
 * Returns the shortest time in {@link LEADS} that is at least the time until the loss. For example, 5 hours before the
 * loss it is `1 day`. Null if the loss begins in more than 7 days, or has begun.
 */
function leadOf(from: EpochMs, now: EpochMs): (typeof LEADS)[number]['name'] | null {
  const left = from - now
  if (left <= 0) return null
  return LEADS.findLast(({ ms }) => left <= ms)?.name ?? null
}

const hashOf = (parts: readonly string[]) => createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32)

const severityOf: Partial<Record<MaintenanceImpactLevel, Severity>> = {
  strands: 'major',
  fills: 'minor',
  exposed: 'minor',
}

/**
 * Returns the short ids of the resources that are down in an interval, and of those that its maintenance windows name,
 * each once.
 */
function scopesOf(
  { windows: open, lost }: MaintenanceLossForecastInterval,
  windows: StoredMaintenanceOutlookBody['windows'],
): string[] {
  const named = windows.filter(({ id }) => open.includes(id)).flatMap(({ scopes }) => scopes)
  return [...new Set([...lost.flatMap(({ id }) => id ?? []), ...named])]
}

/**
 * Returns the events about announced losses that are due now. For each interval, there is one event for each time
 * before the loss that was reached, and for each resource. Everybody who may see the resource sees its event. Therefore
 * the event contains only numbers and the windows of this resource, and does not name the other lost resources.
 */
function lossesAhead({ intervals, windows }: StoredMaintenanceOutlookBody, now: EpochMs): DetectedEvent[] {
  return intervals.flatMap((interval) => {
    const lead = leadOf(Date.parse(interval.from), now)
    if (lead === null || !hasSignificantEffect(interval)) return []
    const scopes = scopesOf(interval, windows)
    return (scopes.length > 0 ? scopes : [WHOLE_ESTATE]).map((scope): DetectedEvent => {
      const isAbout = ({ scopes: named, takes }: StoredMaintenanceOutlookBody['windows'][number]) =>
        scope === WHOLE_ESTATE || named.includes(scope) || takes.some((one) => one.id === scope)
      const own = windows.filter((window) => interval.windows.includes(window.id) && isAbout(window))
      const ids = own.map(({ id }) => id)
      const at = { earliest: now, latest: now }
      const said = (field: string, after: unknown) => ({
        field,
        before: null,
        after,
        sampledBefore: null,
        sampledAfter: at,
      })
      return {
        key: hashOf(['loss_ahead', scope, interval.from, interval.level, lead, ...ids]),
        kind: 'loss_ahead',
        severity: severityOf[interval.level] ?? 'info',
        scope,
        subject: `${interval.from.slice(0, 16)}Z`,
        started: at,
        ended: at,
        duration: null,
        detectedAt: now,
        evidence: [
          said('lead', lead),
          said('from', interval.from),
          said('to', interval.to),
          said('windows', own.map(({ title }) => title).join('; ')),
          said('effect', interval.level),
          said('prefixes cut off', interval.strandedPrefixes),
        ],
        causes: [
          {
            class: 'announced_work',
            owner: own.length > 0 && own.every(isMicrosofts) ? 'microsoft' : 'unknown',
            confidence: 1,
            evidence: [],
            nextStep: 'Open Resilience, Weeks ahead. Move the work, or prepare for the loss of the paths listed there.',
          },
        ],
        flags: [],
      }
    })
  })
}

/**
 * Reports whether Microsoft does the work in a window. Returns false for a window from a calendar or a declaration,
 * because these do not name the party that does the work.
 */
const isMicrosofts = ({ source }: StoredMaintenanceOutlookBody['windows'][number]) =>
  source !== 'declared' && source !== 'calendar'

/** Returns the announced losses that the caller may see, for the notification rules; null = not computed yet. */
export async function readVisibleUpcomingLosses(reader: SqlExecutor, now: EpochMs): Promise<PredictedLosses | null> {
  const stored = await readStoredOutlook(reader, getReaderAudience(reader))
  if (stored === null) return null
  const { intervals, windows } = stored.body as StoredMaintenanceOutlookBody
  return {
    windows: windows.map(({ id, from, to }) => ({ id, from: Date.parse(from), to: Date.parse(to) })),
    losses: intervals.filter(hasSignificantEffect).map((interval): PredictedLoss => {
      const { from, to, level, lost, summary, strandedPrefixes } = interval
      const own = windows.filter(({ id }) => interval.windows.includes(id))
      return {
        id: hashOf([from, ...interval.windows.toSorted()]),
        from: Date.parse(from),
        to: Date.parse(to),
        lead: leadOf(Date.parse(from), now),
        severity: severityOf[level] ?? 'info',
        scopes: scopesOf(interval, windows),
        name: lost.map(({ name }) => name).join(', '),
        windows: own.map(({ id }) => id),
        titles: own.map(({ title }) => title),
        summary,
        says: JSON.stringify([to, level, lost.map(({ term }) => term).toSorted()]),
        strandedPrefixes,
      }
    }),
  }
}

/**
 * Stores the events about announced losses that are new.
 * @returns number of new events
 */
export async function saveUpcomingLossEvents(
  db: Database,
  body: StoredMaintenanceOutlookBody,
  now: EpochMs,
): Promise<number> {
  const all = lossesAhead(body, now)
  if (all.length === 0) return 0
  const known = new Set(
    await findStoredEventIds(
      db.pool,
      all.map(({ key }) => computeEventId(key)),
    ),
  )
  const fresh = all.filter(({ key }) => !known.has(computeEventId(key)))
  if (fresh.length === 0) return 0
  // The source of these events is Peerwatch itself, because no poll found them.
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: COLLECTOR_RESOURCE_ID, subresource: '' })
  await db.transaction(async (client) => {
    await upsertEvents(client, sourceId, fresh)
    await announceStreamChange(client, ['events', 'overview'], now)
  })
  return fresh.length
}
