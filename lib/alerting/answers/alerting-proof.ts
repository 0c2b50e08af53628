import type { EpochMs } from '#lib/contract/index.ts'
import { isAlertingReceived } from '#lib/notify/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { ALERTING_OVERDUE_SECONDS, readAlertingLeaseAge } from '#lib/platform/leases/index.ts'
import { getWriteProbe } from '#lib/platform/write-probe.ts'
import { withTimeLimit } from '#lib/questions/index.ts'
import type { AlertingProofTestResult } from '../api/index.ts'
import { judgeAlertingProof } from '../proof/judge-alerting-proof.ts'
import { readNewestAlertingProofRounds } from '../store/index.ts'

const PATIENCE_MS = 1_500

/**
 * Returns whether alerting is proved to work. The result is based on the stored proof rounds, on the age of the last
 * alert evaluation, and on a test write to the database.
 */
export async function readAlertingProof(
  db: Database,
  everyMs: number | null,
  { now = getDatabaseNow(), upMs = process.uptime() * 1_000 }: { now?: EpochMs; upMs?: number } = {},
): Promise<AlertingProofTestResult> {
  const [{ rounds, proved }, leaseAge, isReceived, writes] = [
    await readNewestAlertingProofRounds(db.pool),
    await readAlertingLeaseAge(db),
    await isAlertingReceived(db.pool, now),
    await withTimeLimit(getWriteProbe(db).try(), PATIENCE_MS).then(
      () => true,
      () => false,
    ),
  ]
  const evaluates = leaseAge !== null && leaseAge < ALERTING_OVERDUE_SECONDS
  return judgeAlertingProof({ now, everyMs, rounds, proved, writes, evaluates, isReceived, watchingSince: now - upMs })
}
