import type { Circuit, CircuitPathView, PeeringView } from '../api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { DAY } from '#lib/contract/time/time.ts'
import { type DetectionSettings, prefixLimit, runsOutBetween } from '#lib/detection/index.ts'
import { prefixesOfMicrosoft } from '../store/index.ts'
import { prefixMaxima } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { natPools } from './nat-pools.ts'
import { thresholdsInForce, iso, isoBoundsOrNull } from '#lib/questions/index.ts'

/**
 * The peerings of a circuit with the room that each path has for more prefixes, and when it runs out if the last weeks go on, and with
 * the number of prefixes that Microsoft announces and the declared NAT pools.
 */
export async function withDetails(
  q: Queryable,
  circuit: Circuit,
  declaredPools: readonly string[],
  now: EpochMs,
): Promise<PeeringView[]> {
  const settings = await thresholdsInForce(q)
  return Promise.all(
    circuit.peerings.map(async (peering) => ({
      ...peering,
      paths: await Promise.all(
        peering.paths.map(async (path) => ({
          ...path,
          headroom: await headroomOf(q, circuit, peering, path, settings, now),
        })),
      ),
      prefixesReceived:
        peering.type === 'microsoft'
          ? await prefixesOfMicrosoft(q, { scope: circuit.id, peering: peering.name })
          : null,
      ...(peering.type === 'microsoft' ? { natPools: await natPools(q, circuit, peering, declaredPools) } : {}),
    })),
  )
}

async function headroomOf(
  q: Queryable,
  { id, sku }: Circuit,
  peering: PeeringView,
  { path, customerAddress: neighbor, routesReceived: count }: CircuitPathView,
  settings: DetectionSettings,
  now: EpochMs,
): Promise<CircuitPathView['headroom']> {
  const limit = prefixLimit(peering.name, sku.tier?.toLowerCase() === 'premium', settings)
  if (limit === null || count === null || neighbor === null) return null
  const from = now - settings['headroom.trend.days'] * DAY
  const days = await prefixMaxima(q, { scope: id, subresource: `${peering.name}/${path}`, neighbor, from, to: now })
  const least = settings['headroom.trend.least']
  const between = runsOutBetween(days, limit, least)
  return {
    limit,
    count,
    share: count / limit,
    runsOutBetween: isoBoundsOrNull(between),
    trend: between ? 'growing' : days.length < least ? 'too_few_days' : 'none',
    days: days.map((one) => ({ day: iso(one.day), most: one.count })),
    leastDays: least,
  }
}
