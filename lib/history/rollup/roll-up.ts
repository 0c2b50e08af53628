import type { Database } from '#lib/platform/database.ts'
import { rollUpCounters } from './roll-up-counters.ts'
import { rollUpMetrics } from './roll-up-metrics.ts'

/**
 * Brings usage up to what is recorded: counters and bit rates of every source. Idempotent; several at once take turns.
 * @param signal ends it at the next opportunity; what is done stays
 */
export async function rollUpUsage(
  db: Database,
  signal?: AbortSignal,
): Promise<{ samples: number; metricSources: number }> {
  const samples = await rollUpCounters(db, signal)
  const metricSources = await rollUpMetrics(db, signal)
  return { samples, metricSources }
}
