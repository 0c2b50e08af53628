import type { EpochMs } from '#lib/contract/index.ts'
import { Prisma } from '#lib/platform/generated/prisma/client.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import {
  parseAlertId,
  getAlertIdSuffix,
  ALERT_SUFFIX_SEPARATOR,
  type ChannelAudience,
} from '../jobs/alerts/channel-audience.ts'
import type { EscalationState } from '../rules/decide-escalation.ts'
import type { NoDataPeriod } from '../rules/no-data.ts'

/** State of an alert's delivery to one channel. */
export interface ChannelDelivery {
  /** ID of the notification about the current opening; null = the channel has not received the opening */
  opening: string | null
  /** whether the channel has received the alert as critical, on its own and not in a digest */
  critical: boolean
}

/** Stored state of the alert that one audience has about an incident, a period without data or announced work. */
export interface StoredAlert {
  /**
   * ID of the incident, `collector` or `collector:<subscription>` for missing data, or `ahead:<id>` for announced work;
   * followed by the suffix of the audience (`formatAlertId`)
   */
  id: string
  /** state of the notices (AlertState, or PredictedLossState for announced work); null = never evaluated */
  state: unknown
  /** state of the deliveries, by channel ID */
  delivered: Record<string, ChannelDelivery>
  /** the progress of each escalation policy with this alert, by policy ID */
  escalations: Record<string, EscalationState>
  /** number of evaluations that led to notices, used in the IDs of notifications */
  steps: number
}

const STORED = {
  id: true,
  state: true,
  delivered: true,
  escalations: true,
  steps: true,
} as const satisfies Prisma.AlertStateSelect

/** Converts a row to a stored alert. The type casts are safe, because only Peerwatch writes these columns. */
const storedAlert = (row: Prisma.AlertStateGetPayload<{ select: typeof STORED }>): StoredAlert => ({
  ...row,
  delivered: row.delivered as unknown as StoredAlert['delivered'],
  escalations: row.escalations as unknown as StoredAlert['escalations'],
})

/**
 * Requests an evaluation of these alerts at `at` or earlier, in the transaction that changed their incidents. Creates
 * missing alerts. It uses plain SQL, like the rest of that transaction.
 */
export async function requestEvaluation(db: SqlExecutor, ids: readonly string[], at: EpochMs): Promise<void> {
  await db.query(
    `INSERT INTO alert_state AS a (id, due_at)
     SELECT id, $2 FROM unnest($1::text[]) AS id ORDER BY id
     ON CONFLICT (id) DO UPDATE SET due_at = least(a.due_at, excluded.due_at)`,
    [[...new Set(ids)], iso(at)],
  )
}

/** Requests an evaluation of an existing alert, at `at` or earlier; does not create an alert. */
export async function expediteEvaluation(db: SqlExecutor, id: string, at: EpochMs): Promise<void> {
  await db.query('UPDATE alert_state SET due_at = least(due_at, $2) WHERE id = $1', [id, iso(at)])
}

export async function postponeEvaluation(db: SqlExecutor, id: string, until: EpochMs): Promise<void> {
  await runWithPrisma(db, ({ alertState }) =>
    alertState.updateMany({ where: { id }, data: { dueAt: new Date(until) } }),
  )
}

/** Returns the IDs of alerts whose evaluation is due, the longest overdue first. */
export async function readDueAlertIds(db: SqlExecutor, now: EpochMs, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>({
    name: 'due_alerts',
    text: 'SELECT id FROM alert_state WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2',
    values: [new Date(now).toISOString(), limit],
  })
  return rows.map(({ id }) => id)
}

/**
 * Locks an alert until the transaction ends, and creates it if needed. A poll that changes the incident meanwhile waits
 * for this lock before it requests the next evaluation, so that the evaluation of its change is not lost.
 */
export async function lockAlert(db: SqlExecutor, id: string): Promise<StoredAlert> {
  await db.query('INSERT INTO alert_state (id) VALUES ($1) ON CONFLICT DO NOTHING', [id])
  await db.query('SELECT FROM alert_state WHERE id = $1 FOR UPDATE', [id])
  return runWithPrisma(db, async ({ alertState }) =>
    storedAlert(await alertState.findUniqueOrThrow({ where: { id }, select: STORED })),
  )
}

/** Returns the alerts with these IDs, in the given order; IDs without an alert are left out. */
export async function readAlerts(db: SqlExecutor, ids: readonly string[]): Promise<StoredAlert[]> {
  if (ids.length === 0) return []
  const found = await runWithPrisma(db, ({ alertState }) =>
    alertState.findMany({ where: { id: { in: [...ids] } }, select: STORED }),
  )
  const byId = new Map(found.map((row) => [row.id, storedAlert(row)]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** Stores the deliveries of a locked alert without evaluating it. */
export async function saveAlertDeliveries(
  db: SqlExecutor,
  id: string,
  delivered: StoredAlert['delivered'],
): Promise<void> {
  const data = { delivered: delivered as unknown as Prisma.InputJsonObject }
  await runWithPrisma(db, ({ alertState }) => alertState.updateMany({ where: { id }, data }))
}

/**
 * Stores an alert after an evaluation.
 * @param alertedAt time of the first notice of the opening; null = unchanged
 */
export async function saveAlert(
  db: SqlExecutor,
  { id, state, delivered, escalations, steps }: StoredAlert,
  { now, dueAt, alertedAt }: { now: EpochMs; dueAt: EpochMs | null; alertedAt: EpochMs | null },
): Promise<void> {
  await runWithPrisma(db, ({ alertState }) =>
    alertState.updateMany({
      where: { id },
      data: {
        state: state === null ? Prisma.DbNull : (state as Prisma.InputJsonObject),
        delivered: delivered as unknown as Prisma.InputJsonObject,
        escalations: escalations as unknown as Prisma.InputJsonObject,
        steps,
        dueAt: dueAt === null ? null : new Date(dueAt),
        ...(alertedAt === null ? {} : { alertedAt: new Date(alertedAt) }),
        updatedAt: new Date(now),
      },
    }),
  )
}

/** Returns the number of alerts of an audience whose first notice of an opening was after `since`. */
export function countNewAlertsSince(db: SqlExecutor, since: EpochMs, audience: ChannelAudience): Promise<number> {
  const suffix = getAlertIdSuffix(audience)
  return runWithPrisma(db, ({ alertState }) =>
    alertState.count({
      where: {
        alertedAt: { gt: new Date(since) },
        id: suffix === null ? { not: { contains: ALERT_SUFFIX_SEPARATOR } } : { endsWith: suffix },
      },
    }),
  )
}

/**
 * Returns the IDs of an audience's open alerts whose ID begins with a prefix, for example `ahead:` for announced work.
 */
export async function readOpenAlerts(db: SqlExecutor, prefix: string, { key }: ChannelAudience): Promise<string[]> {
  const rows = await queryRowsInCamelCase<{ id: string }>(
    db,
    `SELECT id FROM alert_state WHERE starts_with(id, $1) AND state ->> 'phase' = 'open' ORDER BY id`,
    [prefix],
  )
  return rows.flatMap(({ id }) => (parseAlertId(id).key === key ? [id] : []))
}

/** Deletes an alert, for example because its audience no longer has a channel. */
export async function deleteAlert(db: SqlExecutor, id: string): Promise<void> {
  await runWithPrisma(db, ({ alertState }) => alertState.deleteMany({ where: { id } }))
}

/** Deletes alerts without a due evaluation that were last evaluated before a time. */
export async function pruneAlerts(db: SqlExecutor, before: EpochMs): Promise<void> {
  await runWithPrisma(db, ({ alertState }) =>
    alertState.deleteMany({ where: { dueAt: null, updatedAt: { lt: new Date(before) } } }),
  )
}

/**
 * Returns the stored period without data of an alert. Returns null for an invalid value, so that the next check begins
 * without earlier data.
 */
export async function loadNoData(db: SqlExecutor, id: string): Promise<NoDataPeriod | null> {
  const found = await runWithPrisma(db, ({ alertState }) =>
    alertState.findUnique({ where: { id }, select: { noData: true } }),
  )
  return isNoData(found?.noData) ? found.noData : null
}

function isNoData(value: unknown): value is NoDataPeriod {
  if (typeof value !== 'object' || value === null) return false
  const { since, openedAt, checkedAt, ended } = value as Partial<Record<keyof NoDataPeriod, unknown>>
  return [since, openedAt, checkedAt].every((at) => typeof at === 'number') && (ended === null || isBounds(ended))
}

const isBounds = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  'earliest' in value &&
  'latest' in value &&
  Number.isFinite(value.earliest) &&
  Number.isFinite(value.latest)

export async function saveNoData(db: SqlExecutor, id: string, noData: NoDataPeriod): Promise<void> {
  await runWithPrisma(db, ({ alertState }) =>
    alertState.updateMany({ where: { id }, data: { noData: noData as unknown as Prisma.InputJsonObject } }),
  )
}

const iso = (at: EpochMs) => new Date(at).toISOString()
