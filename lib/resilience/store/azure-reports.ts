import { azureReports, type AzureReports, type EpochMs } from '#lib/contract/index.ts'
import { iso } from '#lib/history/statements.ts'
import { type Queryable, readRows } from '#lib/platform/queryable.ts'

/** That Azure's own reports on a gateway are wanted, once; and what they said. */
export interface StoredReport {
  /** short id of the gateway */
  scope: string
  askedAt: EpochMs
  /** null = Azure's own test was stopped there */
  askedBy: string | null
  attempts: number
  /** null = they are waited for */
  answeredAt: EpochMs | null
  body: AzureReports | null
}

const COLUMNS = 'scope, asked_at, asked_by, attempts, answered_at, body'

/** Wants the reports on a gateway, unless they are waited for. @param by null = a test was stopped there */
export async function requestAzureReports(db: Queryable, scope: string, by: string | null, at: EpochMs): Promise<void> {
  await db.query(`INSERT INTO azure_report (scope, asked_at, asked_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, [
    scope,
    iso(at),
    by,
  ])
}

/** Wants the reports on gateways where the log has the end of a site's test within `since` that no report followed. @returns their ids */
export async function requestReportsAfterTests(db: Queryable, since: EpochMs, at: EpochMs): Promise<string[]> {
  const rows = await readRows<{ scope: string }>(
    db,
    `INSERT INTO azure_report (scope, asked_at)
     SELECT r.short_id, $2 FROM resource r JOIN (
       SELECT arm_key, max(at) AS at FROM activity_entry
       WHERE at > $1 AND lower(operation) LIKE '%/stopsitefailovertest/action' AND lower(status) = 'succeeded' GROUP BY arm_key) a ON a.arm_key = r.arm_key
     WHERE NOT EXISTS (SELECT FROM azure_report o WHERE o.scope = r.short_id AND o.asked_at >= a.at)
     ON CONFLICT DO NOTHING RETURNING scope`,
    [iso(since), iso(at)],
  )
  return rows.map(({ scope }) => scope)
}

/** Reports that are waited for and may be asked for now, the oldest first. */
export const dueAzureReports = (db: Queryable, now: EpochMs): Promise<StoredReport[]> =>
  readRows<StoredReport>(
    db,
    `SELECT ${COLUMNS} FROM azure_report WHERE answered_at IS NULL AND (not_before IS NULL OR not_before <= $1) ORDER BY asked_at, scope`,
    [iso(now)],
  )

type Key = Pick<StoredReport, 'scope' | 'askedAt'>

/** Azure could not answer now. */
export async function putOffAzureReports(db: Queryable, { scope, askedAt }: Key, notBefore: EpochMs): Promise<void> {
  await db.query(
    `UPDATE azure_report SET attempts = attempts + 1, not_before = $3 WHERE scope = $1 AND asked_at = $2 AND answered_at IS NULL`,
    [scope, iso(askedAt), iso(notBefore)],
  )
}

export async function saveAzureReports(
  db: Queryable,
  { scope, askedAt }: Key,
  body: AzureReports,
  now: EpochMs,
): Promise<void> {
  await db.query(
    `UPDATE azure_report SET answered_at = $3, body = $4 WHERE scope = $1 AND asked_at = $2 AND answered_at IS NULL`,
    [scope, iso(askedAt), iso(now), JSON.stringify(body)],
  )
}

/** The newest of a gateway that was answered, and the one that is waited for. */
export async function azureReportsOf(
  db: Queryable,
  scope: string,
): Promise<{ answered: StoredReport | null; waiting: StoredReport | null }> {
  const rows = await readRows<StoredReport>(
    db,
    `SELECT DISTINCT ON (answered_at IS NULL) ${COLUMNS} FROM azure_report WHERE scope = $1 ORDER BY answered_at IS NULL, asked_at DESC`,
    [scope],
  )
  const [answered = null] = rows.filter(({ answeredAt }) => answeredAt !== null)
  const body = answered && azureReports.parse(answered.body)
  return {
    answered: answered && { ...answered, body },
    waiting: rows.find(({ answeredAt }) => answeredAt === null) ?? null,
  }
}
