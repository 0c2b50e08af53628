import { armTypes, type EpochMs, gatewayTypes, type PollKind } from '#lib/contract/index.ts'
import type { ResponseOf } from '../api/index.ts'
import { readActivityAround, listResources } from '#lib/history/index.ts'
import { findAzureFailoverTests } from '../rules/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  readCoverageBetween,
  type Db,
  getQueryable,
  buildFreshness,
  pickPollsOfKinds,
  readSources,
  getHistoryRetentionMs,
} from '#lib/questions/index.ts'

const kinds: readonly PollKind[] = ['activity']

/** Returns Azure's own failover tests of gateways and circuits from the Activity Log, newest first. */
export async function getAzureFailoverTests(
  db: Db,
  _parameters: object = {},
  now: EpochMs = getDatabaseNow(),
): Promise<ResponseOf<'azureFailoverTests'>> {
  const q = getQueryable(db)
  const types = [armTypes.circuit, ...gatewayTypes.map(({ type }) => type)]
  const resources = await listResources(q, { types, includeRemoved: true })
  const within = { earliest: now - getHistoryRetentionMs(), latest: now }
  const entries = await readActivityAround(
    q,
    resources.map(({ resourceId }) => ({ resourceId, within })),
  )
  const tests = resources.flatMap(({ id: scope, name: scopeName }, n) =>
    findAzureFailoverTests(entries[n] ?? []).map(({ at, stoppedAt, ...test }) => ({
      ...test,
      scope,
      scopeName,
      at,
      stoppedAt,
    })),
  )
  return {
    data: tests.toSorted((a, b) => b.at - a.at),
    ...buildFreshness(pickPollsOfKinds(await readSources(q), kinds), now),
    ...(await readCoverageBetween(q, { kinds, from: within.earliest, to: now, now })),
  }
}
