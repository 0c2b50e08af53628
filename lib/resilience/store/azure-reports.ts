import { azureReportsSchema, type AzureGatewayReports, type EpochMs } from '#lib/contract/index.ts'
import { formatIsoTime } from '#lib/history/statements.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'

/** A request for Azure's reports about a gateway, with the reports after they were read. */
export interface StoredAzureReport {
  /** short ID of the gateway */
  scope: string
  askedAt: EpochMs
  /** user who requested the reports; null = Peerwatch requested them itself, because a failover test in Azure ended */
  askedBy: string | null
  attempts: number
  /** time at which the reports were read; null = the request is still waiting */
  answeredAt: EpochMs | null
  body: AzureGatewayReports | null
}

const COLUMNS = 'scope, asked_at, asked_by, attempts, answered_at, body'

/**
 * Stores a request for Azure's reports about a gateway. If a request is already waiting, nothing is stored.
 * @param by user who requests them; null = a failover test in Azure ended
 */
export async function requestAzureReports(
  db: SqlExecutor,
  scope: string,
  by: string | null,
  at: EpochMs,
): Promise<void> {
  await db.query(`INSERT INTO azure_report (scope, asked_at, asked_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, [
    scope,
    formatIsoTime(at),
    by,
  ])
}

/**
 * Stores requests for reports about the gateways whose site failover test ended after `since`, according to the
 * Activity Log. If reports about a gateway were already requested after that end, no request is stored.
 * @returns short ids of the gateways with a new request
 */
export async function requestReportsAfterTests(db: SqlExecutor, since: EpochMs, at: EpochMs): Promise<string[]> {
  const rows = await queryRowsInCamelCase<{ scope: string }>(
    db,
    `INSERT INTO azure_report (scope, asked_at)
     SELECT r.short_id, $2 FROM resource r JOIN (
       SELECT arm_key, max(at) AS at FROM activity_entry
       WHERE at > $1 AND lower(operation) LIKE '%/stopsitefailovertest/action' AND lower(status) = 'succeeded' GROUP BY arm_key) a ON a.arm_key = r.arm_key
     WHERE NOT EXISTS (SELECT FROM azure_report o WHERE o.scope = r.short_id AND o.asked_at >= a.at)
     ON CONFLICT DO NOTHING RETURNING scope`,
    [formatIsoTime(since), formatIsoTime(at)],
  )
  return rows.map(({ scope }) => scope)
}

/**
 * Returns the gateways and circuits on which a failover test started after `since`, according to the Activity Log, with
 * the time of the last start.
 */
export const readStartedFailoverTests = (db: SqlExecutor, since: EpochMs): Promise<{ scope: string; at: EpochMs }[]> =>
  queryRowsInCamelCase(
    db,
    `SELECT r.short_id AS scope, max(a.at) AS at FROM activity_entry a JOIN resource r ON r.arm_key = a.arm_key
     WHERE a.at > $1 AND lower(a.operation) ~ '/start(site|circuitlink)failovertest/action$' AND lower(a.status) IN ('succeeded', 'accepted')
     GROUP BY r.short_id`,
    [formatIsoTime(since)],
  )

/** Returns the waiting requests that are due, oldest first. */
export const readDueAzureReports = (db: SqlExecutor, now: EpochMs): Promise<StoredAzureReport[]> =>
  queryRowsInCamelCase<StoredAzureReport>(
    db,
    `SELECT ${COLUMNS} FROM azure_report WHERE answered_at IS NULL AND (not_before IS NULL OR not_before <= $1) ORDER BY asked_at, scope`,
    [formatIsoTime(now)],
  )

type Key = Pick<StoredAzureReport, 'scope' | 'askedAt'>

/** Postpones a request that Azure did not answer, and increments the number of attempts. */
export async function postponeAzureReports(
  db: SqlExecutor,
  { scope, askedAt }: Key,
  notBefore: EpochMs,
): Promise<void> {
  await db.query(
    `UPDATE azure_report SET attempts = attempts + 1, not_before = $3 WHERE scope = $1 AND asked_at = $2 AND answered_at IS NULL`,
    [scope, formatIsoTime(askedAt), formatIsoTime(notBefore)],
  )
}

export async function saveAzureReports(
  db: SqlExecutor,
  { scope, askedAt }: Key,
  body: AzureGatewayReports,
  now: EpochMs,
): Promise<void> {
  await db.query(
    `UPDATE azure_report SET answered_at = $3, body = $4 WHERE scope = $1 AND asked_at = $2 AND answered_at IS NULL`,
    [scope, formatIsoTime(askedAt), formatIsoTime(now), JSON.stringify(body)],
  )
}

/**
 * Returns the latest request of a gateway that has an answer, and the request of the gateway that is waiting; null =
 * there is no such request.
 */
export async function readAzureReportsOfResource(
  db: SqlExecutor,
  scope: string,
): Promise<{ answered: StoredAzureReport | null; waiting: StoredAzureReport | null }> {
  const rows = await queryRowsInCamelCase<StoredAzureReport>(
    db,
    `SELECT DISTINCT ON (answered_at IS NULL) ${COLUMNS} FROM azure_report WHERE scope = $1 ORDER BY answered_at IS NULL, asked_at DESC`,
    [scope],
  )
  const [answered = null] = rows.filter(({ answeredAt }) => answeredAt !== null)
  const body = answered && azureReportsSchema.parse(answered.body)
  return {
    answered: answered && { ...answered, body },
    waiting: rows.find(({ answeredAt }) => answeredAt === null) ?? null,
  }
}
