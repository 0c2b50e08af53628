import { roleDefinition } from '#lib/azure/permissions.ts'
import { type EpochMs, setupCheckIds, setupCheckRecords } from '#lib/contract/index.ts'
import type { TlsFiles } from '#lib/platform/tls.ts'
import type { ResponseOf } from '../api/index.ts'
import { checkPriceSources } from '#lib/cost/answers/index.ts'
import { certificateResult } from '../certificate.ts'
import { lastSetupReport } from '../store/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import { type Db, queryable, ageWithoutPolls } from '#lib/questions/index.ts'

/**
 * What a worker last found of the setup, and the role that the polls need. Checks that an earlier version made and this one does not
 * know are left out.
 * @param tls the web's own certificate, which workers do not read
 * @param subscriptionIds where the role is assignable; none = a placeholder
 */
export async function getSetup(
  db: Db,
  subscriptionIds: readonly string[],
  tls: TlsFiles | null,
  now: EpochMs = databaseNow(),
): Promise<ResponseOf<'setup'>> {
  const report = await lastSetupReport(queryable(db))
  const results = new Map(report?.results.map((result) => [result.id, result]))
  if (report) results.set('prices', await checkPriceSources(queryable(db)))
  // before a worker made its report there is nothing beside which it could stand
  if (report && tls) results.set('certificate', certificateResult(tls, now))
  const checks = setupCheckIds.flatMap((id) => {
    const result = results.get(id)
    // a report of an earlier version has no intervals
    return result ? [{ ...result, intervals: result.intervals ?? null, ...setupCheckRecords[id] }] : []
  })
  return {
    data: { checkedAt: report?.at ?? null, checks, role: roleDefinition(subscriptionIds) },
    ...ageWithoutPolls(now),
  }
}
