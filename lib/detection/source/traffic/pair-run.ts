import type { SamplePair } from '../../model/traffic.ts'
import type { SamplePairRun } from '../../model/traffic-memory.ts'

/**
 * Extends a run (consecutive pairs of samples in which a condition holds) by one pair, or ends it.
 * @param holds whether the condition holds in this pair; null = the pair has no rate, so the run is unchanged
 */
export function extendSamplePairRun(
  run: SamplePairRun | null,
  holds: boolean | null,
  pair: SamplePair,
): SamplePairRun | null {
  if (holds === null) return run
  if (!holds) return null
  if (!run) return { since: { earliest: pair.earliest, latest: pair.latest }, pairs: 1, coveredMs: pair.lengthMs }
  return { ...run, pairs: run.pairs + 1, coveredMs: run.coveredMs + pair.lengthMs }
}

/** Tolerance in ms for the length of a window, because two polls are never exactly one interval apart. */
const JITTER_MS = 500

export const hasSamplePairRunLasted = (run: SamplePairRun | null, windowMs: number, pairs = 1) =>
  run !== null && run.pairs >= pairs && run.coveredMs + JITTER_MS >= windowMs
