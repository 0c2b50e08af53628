import { buildRoleDefinition } from '#lib/azure/permissions.ts'
import { type EpochMs, setupCheckIds, setupCheckRecords } from '#lib/contract/index.ts'
import type { TlsFilePaths } from '#lib/platform/tls.ts'
import type { SetupEndpointResponse } from '../api/index.ts'
import { checkPriceSources } from '#lib/cost/answers/index.ts'
import { checkCertificate } from '../certificate-check.ts'
import { readLastSetupReport } from '../store/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { type ReadableDatabase, getSqlExecutor, buildAgeWithoutPolls } from '#lib/questions/index.ts'

/**
 * Returns the last setup report of a worker, and the Azure role that polls need. A report of another version may
 * contain checks that this version does not know; these are left out.
 * @param tls files of the web server's certificate, which is checked here because workers do not read them
 * @param subscriptionIds subscriptions in which the role can be assigned; empty = a placeholder
 */
export async function getSetup(
  db: ReadableDatabase,
  subscriptionIds: readonly string[],
  tls: TlsFilePaths | null,
  now: EpochMs = getDatabaseNow(),
): Promise<SetupEndpointResponse<'setup'>> {
  const report = await readLastSetupReport(getSqlExecutor(db))
  const results = new Map(report?.results.map((result) => [result.id, result]))
  if (report) results.set('prices', await checkPriceSources(getSqlExecutor(db)))
  // The certificate is shown only together with a worker's report.
  if (report && tls) results.set('certificate', checkCertificate(tls, now))
  const checks = setupCheckIds.flatMap((id) => {
    const result = results.get(id)
    // Reports of earlier versions have no `intervals`.
    return result ? [{ ...result, intervals: result.intervals ?? null, ...setupCheckRecords[id] }] : []
  })
  return {
    data: { checkedAt: report?.at ?? null, checks, role: buildRoleDefinition(subscriptionIds) },
    ...buildAgeWithoutPolls(now),
  }
}
