import type { DatingClock, EpochMs } from '#lib/contract/index.ts'
import { type CorpusScenario, DAY } from './scenario.ts'

/** What the collector's own clock says at a true moment: some scenarios let it run wrong, or set it. */
export function clockOf({ collector }: Pick<CorpusScenario, 'collector'>): (at: EpochMs) => EpochMs {
  const wrong = collector.filter((c) => c.kind === 'clock')
  return (at) =>
    wrong.reduce((time, c) => {
      const drift = c.ppm === 0 ? 0 : Math.round(((at - Date.parse(DAY)) * c.ppm) / 1_000_000)
      return time + drift + (at >= c.at ? c.stepMs : 0)
    }, at)
}

/** What a poll that starts at a true moment reports of the clock that dates it: how it was set, not how it drifts. */
export function datingOf(
  { collector }: Pick<CorpusScenario, 'collector'>,
  machine: string,
): (at: EpochMs) => DatingClock {
  const steps = collector.filter((c) => c.kind === 'clock')
  return (at) => ({ machine, bootedAt: steps.reduce((sum, c) => sum + (at >= c.at ? c.stepMs : 0), 0) })
}
