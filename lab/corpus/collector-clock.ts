import type { PollMachineClock, EpochMs } from '#lib/contract/index.ts'
import { type CorpusScenario, CORPUS_DAY_START } from './scenario.ts'

/** Returns a function from true time to the collector's clock. In some scenarios this clock drifts or is set. */
export function createCollectorClock({ collector }: Pick<CorpusScenario, 'collector'>): (at: EpochMs) => EpochMs {
  const wrong = collector.filter((c) => c.kind === 'clock')
  return (at) =>
    wrong.reduce((time, c) => {
      const drift = c.ppm === 0 ? 0 : Math.round(((at - Date.parse(CORPUS_DAY_START)) * c.ppm) / 1_000_000)
      return time + drift + (at >= c.at ? c.stepMs : 0)
    }, at)
}

/**
 * Returns the clock information that a poll reports at a true moment. It contains how the clock was set, but not how it
 * drifts.
 */
export function createDatingClock(
  { collector }: Pick<CorpusScenario, 'collector'>,
  machine: string,
): (at: EpochMs) => PollMachineClock {
  const steps = collector.filter((c) => c.kind === 'clock')
  return (at) => ({ machine, bootedAt: steps.reduce((sum, c) => sum + (at >= c.at ? c.stepMs : 0), 0) })
}
