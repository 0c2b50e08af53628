import type { EpochMs } from '#lib/contract/index.ts'
import type { Meter, TrafficDirection } from './traffic-baseline.ts'
import type { MetricsMemory } from './traffic-memory.ts'

/**
 * What the bit rates say to counters that stand still since a moment: they do as well, or they don't; null = none of them is
 * about the time since.
 */
export function agrees(
  { rates }: Pick<MetricsMemory, 'rates'>,
  meter: Meter,
  direction: TrafficDirection,
  { since, deadBps }: { since: EpochMs; deadBps: number },
): boolean | null {
  const own = meter === 'sum' ? Object.values(rates).flat() : (rates[meter] ?? [])
  const after = own.flatMap((bucket) => (bucket.at >= since ? (bucket[direction] ?? []) : []))
  return after.length === 0 ? null : after.every((bps) => bps <= deadBps)
}
