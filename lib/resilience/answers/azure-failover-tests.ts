import { armTypes, type EpochMs, gatewayTypes, type PollKind } from '#lib/contract/index.ts'
import type { ResilienceEndpointResponse } from '../api/index.ts'
import { readActivityAround, readFailoverTests, readResourcePage } from '#lib/history/index.ts'
import { findAzureFailoverTests, joinAzureFailoverTests } from '../rules/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  readCoverageBetween,
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  pickPollsOfKinds,
  readSources,
  getHistoryRetentionMs,
} from '#lib/questions/index.ts'

const kinds: readonly PollKind[] = ['activity']

/**
 * Returns the failover tests that users started in Azure for gateways and circuits, newest first. They come from the
 * Activity Log, and from Azure's reports if these were read.
 */
export async function getAzureFailoverTests(
  db: ReadableDatabase,
  _parameters: object = {},
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceEndpointResponse<'azureFailoverTests'>> {
  const q = getSqlExecutor(db)
  const types = [armTypes.circuit, ...gatewayTypes.map(({ type }) => type)]
  const resources = await readResourcePage(q, { types, includeRemoved: true })
  const within = { earliest: now - getHistoryRetentionMs(), latest: now }
  const entries = await readActivityAround(
    q,
    resources.map(({ resourceId }) => ({ resourceId, within })),
  )
  const reported = Map.groupBy(await readFailoverTests(q), ({ scope }) => scope)
  const tests = resources.flatMap(({ id: scope, name: scopeName }, n) =>
    joinAzureFailoverTests(findAzureFailoverTests(entries[n] ?? []), reported.get(scope) ?? []).map((test) => ({
      ...test,
      scope,
      scopeName,
    })),
  )
  return {
    data: tests.toSorted((a, b) => b.at - a.at),
    ...buildFreshnessFields(pickPollsOfKinds(await readSources(q), kinds), now),
    ...(await readCoverageBetween(q, { kinds, from: within.earliest, to: now, now })),
  }
}
