import type { Database } from '#lib/platform/database.ts'
import { rollUpCounters } from './roll-up-counters.ts'
import { rollUpMetrics } from './roll-up-metrics.ts'

/**
 * Adds recorded counters and bit rates of every source to the usage buckets (rollup). Idempotent; concurrent calls take
 * turns.
 * @param signal stops it at the next opportunity; completed work is kept
 */
export async function rollUpUsage(
  db: Database,
  signal?: AbortSignal,
): Promise<{ samples: number; metricSources: number }> {
  const samples = await rollUpCounters(db, signal)
  const metricSources = await rollUpMetrics(db, signal)
  return { samples, metricSources }
}
