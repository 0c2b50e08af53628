import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { costOverrideBodySchema, type CostOverridesBody, type CostEndpointResponse } from '../api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { findSimilarMeter, type PriceOverride } from '../rules/index.ts'
import { type CostStatement, readCostStatements, getCostStatementsVersion } from '../store/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  InvalidRequestError,
  buildAgeWithoutPolls,
} from '#lib/questions/index.ts'

import { readCurrentPriceSheet } from './price-sheet.ts'
import { resolveCircuitShortIds, saveCostStatements, requireStatementChange } from './statements.ts'

/**
 * Converts a stored price override into the form that cost calculations use. A withdrawn override ends when it was
 * withdrawn, or at its own end if that is earlier.
 */
export function convertOverride({ id, body, made, withdrawn }: CostStatement): PriceOverride[] {
  const { from, until, ...about } = costOverrideBodySchema.parse(body)
  const ends = [until === null ? null : Date.parse(until), withdrawn?.at ?? null].filter((end) => end !== null)
  const signed = {
    id,
    from: from === null ? 0 : Date.parse(from),
    until: ends.length > 0 ? Math.min(...ends) : null,
    ...made,
  }
  if (about.kind !== 'charge') return [about.kind === 'discount' ? { ...about, ...signed } : { ...about, ...signed }]
  const { contractEnds } = about
  return [{ ...about, ...signed, contractEnds: contractEnds === null ? null : Date.parse(contractEnds) }]
}

/**
 * Returns every override of the price list that was ever made, including withdrawn ones, with author, time and reason.
 */
export async function getCostOverrides(
  db: ReadableDatabase,
  now: EpochMs = getDatabaseNow(),
): Promise<CostEndpointResponse<'costOverrides'>> {
  const stored = await readCostStatements(getSqlExecutor(db), 'override')
  const overrides = stored.map((one) => ({ ...one, override: costOverrideBodySchema.parse(one.body) }))
  return { data: { version: getCostStatementsVersion(stored), overrides }, ...buildAgeWithoutPolls(now) }
}

/**
 * Adds overrides of the price list and withdraws others.
 * @throws InvalidRequestError if the request changes nothing, if an override does not end after it begins, or if it
 *   names an unknown meter
 * @throws NotFoundError if a circuit does not exist
 * @throws ConflictError if `version` is not the current version
 */
export async function putCostOverrides(
  db: Database,
  { version, add, withdraw, why }: CostOverridesBody,
  now: EpochMs = getDatabaseNow(),
): Promise<CostEndpointResponse<'costOverrides'>> {
  requireStatementChange('lay', add, withdraw)
  for (const { from, until } of add) {
    if (from !== null && until !== null && from >= until) throw new InvalidRequestError('until: it must lie after from')
  }
  await requireKnownMeters(db.pool, add)
  const make = (q: SqlExecutor) =>
    Promise.all(
      add.map(async (one) => ({
        ...one,
        circuitIds: one.circuitIds && (await resolveCircuitShortIds(q, one.circuitIds)),
      })),
    )
  await saveCostStatements(db, 'override', { version, make, withdraw, why, at: now })
  return getCostOverrides(db, now)
}

/**
 * Rejects names of unknown meters, because a price for an unknown meter would have no effect and the user would not
 * notice it.
 */
async function requireKnownMeters(q: SqlExecutor, add: CostOverridesBody['add']): Promise<void> {
  const named = add.flatMap((one, i) =>
    (one.kind === 'price' || one.kind === 'discount') && one.meterName !== null ? [{ i, name: one.meterName }] : [],
  )
  if (named.length === 0) return
  const sheet = await readCurrentPriceSheet(q)
  for (const { i, name } of named) {
    const nearest = findSimilarMeter(sheet, name)
    if (nearest !== null)
      throw new InvalidRequestError(`add.${i}.meterName: there is no meter "${name}"; the nearest is "${nearest}"`)
  }
}
