import type { EpochMs } from '#lib/contract/index.ts'
import type { Meter, TrafficDirection } from './traffic-baseline.ts'
import type { MetricsMemory } from './traffic-memory.ts'

/**
 * Reports whether all of Azure Monitor's bit rates since a time are at or below the dead rate, so that they agree that
 * traffic stopped; null = no bit rate covers the time since then.
 */
export function doRatesAgree(
  { rates }: Pick<MetricsMemory, 'rates'>,
  meter: Meter,
  direction: TrafficDirection,
  { since, deadBps }: { since: EpochMs; deadBps: number },
): boolean | null {
  const own = meter === 'sum' ? Object.values(rates).flat() : (rates[meter] ?? [])
  const after = own.flatMap((bucket) => (bucket.at >= since ? (bucket[direction] ?? []) : []))
  return after.length === 0 ? null : after.every((bps) => bps <= deadBps)
}
