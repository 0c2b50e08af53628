import type { EpochMs } from '#lib/contract/index.ts'
import type { CountedTrafficPart, TrafficDirection } from './traffic-baseline.ts'
import type { TrafficMetricsDetectionState } from './traffic-memory.ts'

/**
 * Reports whether Azure Monitor's bit rates confirm that traffic stopped: all rates since a time are at or below the
 * rate that counts as no traffic. Null = no bit rate covers the time since then.
 * @param deadBps rate up to which a direction counts as having no traffic, bit/s
 */
export function doMetricRatesConfirmStop(
  { rates }: Pick<TrafficMetricsDetectionState, 'rates'>,
  meter: CountedTrafficPart,
  direction: TrafficDirection,
  { since, deadBps }: { since: EpochMs; deadBps: number },
): boolean | null {
  const own = meter === 'sum' ? Object.values(rates).flat() : (rates[meter] ?? [])
  const after = own.flatMap((bucket) => (bucket.at >= since ? (bucket[direction] ?? []) : []))
  return after.length === 0 ? null : after.every((bps) => bps <= deadBps)
}
