import type { EpochMs, MetricRow, PollObservation } from '#lib/contract/index.ts'
import { getOrCreateSourceId, recordObservation, rollUpUsage } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { testEstatePollTargets } from './estate-feed.ts'

const GRAIN_MS = 300_000
/** Maximum time covered by one recorded poll; polls of one source are recorded one after another. */
const PIECE_MS = 5 * 86_400_000

/**
 * Records bit rates of the circuit's two paths for a period, as Azure Monitor reports them, and computes their sums.
 * @param bitsPerSecond rate out of Azure on each path
 */
export async function recordTestCircuitBitRates(
  db: Database,
  { from, to, bitsPerSecond }: { from: EpochMs; to: EpochMs; bitsPerSecond: (at: EpochMs) => number },
): Promise<void> {
  const sourceId = await getOrCreateSourceId(db.pool, testEstatePollTargets.metrics)
  for (let begin = from; begin < to; begin += PIECE_MS) {
    const end = Math.min(to, begin + PIECE_MS)
    const rows = createTestBitRateRows({ from: begin, to: end, bitsPerSecond })
    const observation: PollObservation = {
      target: testEstatePollTargets.metrics,
      kind: 'metrics',
      // The newest points are evaluated when they are three minutes old.
      startedAt: end + 181_000,
      finishedAt: end + 182_000,
      outcome: 'ok',
      error: null,
      silentInstances: [],
      budget: null,
      correlationId: 'test',
      rows,
    }
    await db.transaction((client) => recordObservation(client, sourceId, observation, { intervalSeconds: 300 }))
  }
  await rollUpUsage(db)
}

/** Returns bit rates of the circuit's two paths for a period, as {@link recordTestCircuitBitRates} records them. */
export function createTestBitRateRows({
  from,
  to,
  bitsPerSecond,
}: {
  from: EpochMs
  to: EpochMs
  bitsPerSecond: (at: EpochMs) => number
}): MetricRow[] {
  const rows: MetricRow[] = []
  for (let at = from; at < to; at += GRAIN_MS) {
    for (const role of ['Primary-IPv4', 'Secondary-IPv4']) {
      rows.push(rate('BitsInPerSecond', role, at, 1_000), rate('BitsOutPerSecond', role, at, bitsPerSecond(at)))
    }
  }
  return rows
}

function rate(metric: string, role: string, at: EpochMs, average: number): MetricRow {
  const dimensions = { peeringtype: 'AzurePrivatePeering', devicerole: role }
  const rest = { unit: 'BitsPerSecond', maximum: null, minimum: null, total: null }
  return { metric, dimensions, at, grainSeconds: GRAIN_MS / 1_000, average, ...rest }
}
