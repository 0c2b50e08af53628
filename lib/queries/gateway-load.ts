import type { Gateway, GatewayLoad } from '#lib/contract/index.ts'
import type { MetricNow } from '#lib/history/index.ts'
import { iso } from './wire.ts'

/** What a gateway's SKU takes: bit/s, packets per second, flows at once. */
interface SkuLimits {
  bits: number
  packets: number
  flows: number
}

const SMALL: SkuLimits = { bits: 1e9, packets: 100_000, flows: 200_000 }
const MEDIUM: SkuLimits = { bits: 2e9, packets: 200_000, flows: 400_000 }
const LARGE: SkuLimits = { bits: 10e9, packets: 1_000_000, flows: 1_000_000 }
const SCALE_UNIT: SkuLimits = { bits: 1e9, packets: 100_000, flows: 100_000 }

/** Largest supported numbers of ExpressRoute gateways. Source: Azure documentation, "About ExpressRoute virtual network gateways". */
const limitsBySku: Record<string, SkuLimits> = {
  standard: SMALL,
  ergw1az: SMALL,
  highperformance: MEDIUM,
  ergw2az: MEDIUM,
  ultraperformance: LARGE,
  ergw3az: LARGE,
}

const suffixes = {
  cpu: 'ExpressRouteGatewayCpuUtilization',
  flows: 'ExpressRouteGatewayActiveFlows',
  bits: 'ExpressRouteGatewayBitsPerSecond',
  packets: 'ExpressRouteGatewayPacketsPerSecond',
} as const

/** Metrics that report a gateway's load, of fixed and of scalable ones. */
export const LOAD_METRICS: readonly string[] = Object.values(suffixes).flatMap((name) => [name, `Scalable${name}`])

/**
 * A gateway's load against what its SKU takes: the busiest instance's CPU, and the sum over its instances of everything else.
 * @param metrics the newest of each series; none = nothing is known, and the list is empty
 */
export function gatewayLoad(metrics: readonly MetricNow[], sku: Gateway['sku']): GatewayLoad[] {
  const limits = limitsOf(sku)
  return (Object.keys(suffixes) as (keyof typeof suffixes)[]).flatMap((name) => {
    const own = metrics.filter(({ metric, average }) => metric.endsWith(suffixes[name]) && average !== null)
    if (own.length === 0) return []
    const values = own.map(({ average }) => average ?? 0)
    const value = name === 'cpu' ? Math.max(...values) : values.reduce((sum, each) => sum + each, 0)
    const limit = name === 'cpu' ? 100 : (limits?.[name] ?? null)
    const at = iso(Math.min(...own.map((metric) => metric.at)))
    return [{ name, value, limit, share: limit === null ? null : value / limit, at }]
  })
}

function limitsOf({ name, capacity }: Gateway['sku']): SkuLimits | null {
  const sku = name?.toLowerCase() ?? ''
  if (sku !== 'ergwscale') return limitsBySku[sku] ?? null
  if (capacity === null) return null
  const { bits, packets, flows } = SCALE_UNIT
  return { bits: bits * capacity, packets: packets * capacity, flows: flows * capacity }
}
