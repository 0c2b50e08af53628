import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { normalizeArmId, type EpochMs, parseArmId } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { CostProjectionsParameters, CostEndpointResponse } from '../api/index.ts'
import { type MeasuredBytesByHour, sumGlobalReachBytes, sumDeductedGlobalReach } from '../rules/index.ts'
import { GLOBAL_REACH_PATH, type UsageOverTime, readUsage } from '#lib/history/index.ts'
import { type ReadableDatabase, getSqlExecutor, readTopology } from '#lib/questions/index.ts'

import { getCostPeriodEnd, readCostCircuits } from './circuits/circuit-inputs.ts'
import { isGlobalReachKnown, readUsageInput } from './circuits/circuit-usage.ts'
import { resolveBillingMonth, readCostContext } from './cost-context.ts'
import { readAgeOfCostData } from './projections.ts'

/**
 * Returns for each circuit with Global Reach the bytes of a month that passed Global Reach, as minimum and maximum, and
 * the bytes that cost calculations subtract for Global Reach.
 */
export async function computeCostGlobalReach(
  db: ReadableDatabase,
  { month: name }: CostProjectionsParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<CostEndpointResponse<'costGlobalReach'>> {
  const q = getSqlExecutor(db)
  const frame = await readCostContext(q, resolveBillingMonth(name, now), now)
  const { byKey, circuits: estate } = await readTopology(q)
  const [from, to] = [frame.month.from, Math.max(frame.month.from, getCostPeriodEnd(frame))]
  const circuits: CostEndpointResponse<'costGlobalReach'>['data']['circuits'] = []
  for (const standing of await readCostCircuits(q, frame)) {
    const { resource, bandwidthMbps } = standing
    if (standing.globalReachEnabled !== true && !isGlobalReachKnown(standing)) continue
    const config = estate.find(({ resource: one }) => one.id === resource.id)?.config
    const hours = { scope: resource.id, from, to, step: 'hour' as const }
    const [all, own] = [await readUsage(q, hours), await readUsage(q, { ...hours, path: GLOBAL_REACH_PATH })]
    const facts = await readUsageInput(q, standing, frame, from)
    const bytesOf = (direction: 'in' | 'out') =>
      sumGlobalReachBytes(hoursOf(own, direction), hoursOf(all, direction), { from, to, bandwidthMbps })
    circuits.push({
      circuitId: resource.id,
      name: resource.name,
      connections: (config?.peerings ?? []).flatMap(({ globalReach }) =>
        globalReach.map(({ name: connection, circuitKey }) => {
          const far = circuitKey === null ? undefined : byKey.get(normalizeArmId(circuitKey))
          const farName = far?.name ?? (circuitKey === null ? null : (parseArmId(circuitKey)?.name ?? null))
          return { name: connection, circuitId: far?.id ?? null, circuitName: farName }
        }),
      ),
      out: bytesOf('out'),
      in: bytesOf('in'),
      seconds: (to - from) / 1_000,
      basis: facts.globalReach === null ? null : (facts.reachBasis ?? 'declared'),
      deducted: facts.globalReach === null ? null : sumDeductedGlobalReach(facts, from, to),
    })
  }
  return {
    data: { month: frame.month.name, from, to, circuits },
    ...(await readAgeOfCostData(q, now)),
  }
}

const hoursOf = ({ points }: UsageOverTime, direction: 'in' | 'out'): MeasuredBytesByHour =>
  new Map(points.filter(({ start }) => start % MS_PER_HOUR === 0).map((point) => [point.start, point[direction]]))
