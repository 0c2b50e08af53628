import type { LightLevel } from '#lib/detection/index.ts'
import type { MetricNow } from '#lib/history/index.ts'

/**
 * Azure Monitor's light of an ExpressRoute Direct port, in dBm, by link and lane.
 * Source: Azure Monitor supported metrics, Microsoft.Network/expressRoutePorts.
 */
const NAMES = { Rx: 'RxLightLevel', Tx: 'TxLightLevel' } as const
export const LIGHT_METRICS: readonly string[] = Object.values(NAMES)

/** The light of each link and direction by the newest buckets. A link of several lanes is as bright as its weakest; what was not reported is no level. */
export function lightIn(metrics: readonly Pick<MetricNow, 'metric' | 'average' | 'dimensions' | 'at'>[]): LightLevel[] {
  return (['Rx', 'Tx'] as const).flatMap((direction) => {
    const own = metrics.flatMap(({ metric, average: dbm, dimensions, at }) =>
      metric === NAMES[direction] && dbm !== null ? [{ link: dimensions['link'] ?? 'link', direction, dbm, at }] : [],
    )
    return [...Map.groupBy(own, ({ link }) => link).values()].flatMap(
      (lanes) => lanes.toSorted((a, b) => a.dbm - b.dbm)[0] ?? [],
    )
  })
}
