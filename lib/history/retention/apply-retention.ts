import type { EpochMs } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { rollUpUsage } from '../rollup/roll-up.ts'
import { pruneHistory } from './history-rows.ts'
import type { Retention } from './policy.ts'
import { dropRawSamples } from './raw-samples.ts'
import { pruneUsage } from './usage-rows.ts'

export interface Pruned {
  /** partitions of raw samples that are gone */
  partitions: string[]
  usageBuckets: number
  /** rows that are gone, by table */
  rows: Record<string, number>
}

/**
 * Lets go of what is older than it is kept, in small steps that writers hardly notice. What is not rolled up yet is rolled
 * up before its raw samples go. Idempotent.
 * @param signal ends it between two steps
 */
export async function applyRetention(
  db: Database,
  retention: Retention,
  now: EpochMs,
  signal?: AbortSignal,
): Promise<Pruned> {
  await rollUpUsage(db, signal)
  const partitions = await dropRawSamples(db, now - retention.rawMs, signal)
  const usageBuckets = await pruneUsage(db, now, retention.historyMs, signal)
  const rows = await pruneHistory(db, now - retention.historyMs, signal)
  return { partitions, usageBuckets, rows }
}
