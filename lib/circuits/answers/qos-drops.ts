import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { StoredCircuit } from '../api/index.ts'
import { type MetricValuesInStep, readMetricSteps } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

type QosDrops = NonNullable<StoredCircuit['qosDrops']>

const STEP_MS = 5 * 60_000
/**
 * Azure Monitor metrics of the traffic that Azure dropped. A metric covers the whole circuit, without a distinction by
 * traffic class or path.
 */
const METRICS = { in: 'QosDropBitsInPerSecond', out: 'QosDropBitsOutPerSecond' } as const

/**
 * Returns the traffic that Azure dropped at a circuit in the last 24 hours; null if Azure Monitor has no samples.
 * @param scope short ID of the circuit
 */
export async function readQosDrops(q: SqlExecutor, scope: string, now: EpochMs): Promise<QosDrops | null> {
  const from = now - MS_PER_DAY
  const metrics = Object.values(METRICS)
  const steps = await readMetricSteps(q, { scope, metrics, from, to: now, stepMs: STEP_MS })
  if (steps.length === 0) return null
  const of = (metric: string) => directionOf(steps.filter((step) => step.metric === metric))
  return { from, to: now, in: of(METRICS.in), out: of(METRICS.out) }
}

function directionOf(steps: readonly MetricValuesInStep[]): QosDrops['in'] {
  const [first] = steps
  if (!first) return null
  const most = steps.reduce((worst, step) => (step.sum > worst.sum ? step : worst), first)
  const dropping = steps.filter(({ sum }) => sum > 0)
  const seconds = STEP_MS / 1_000
  return {
    reportedSeconds: steps.length * seconds,
    droppingSeconds: dropping.length * seconds,
    bytes: Math.round(dropping.reduce((sum, step) => sum + (step.sum * seconds) / 8, 0)).toString(),
    most: most.sum > 0 ? { bitsPerSecond: most.sum, at: most.start } : null,
  }
}
