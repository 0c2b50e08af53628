import { beforeAll, describe, expect, it } from 'vitest'
import { findConfidenceRangesBelowTarget } from '../cause-truth.ts'
import { formatDeviation } from '../deviations.ts'
import { findKnownGaps } from '../known-gaps.ts'
import { type CorpusMeasurement, runAndScoreScenarios } from '../measure.ts'
import type { CorpusScenario } from '../scenario.ts'

/** Plays scenarios at a polling interval, and compares the events with the truth. */
export function holdToTruth(seconds: number, scenarios: readonly CorpusScenario[]): void {
  describe(`detection of ${scenarios.length} scenarios, polled every ${seconds} s`, () => {
    let measured: CorpusMeasurement
    beforeAll(async () => {
      measured = await runAndScoreScenarios(seconds, scenarios)
    }, 1_800_000)

    it('differs from the truth in known gaps only, and in each of them still', () => {
      const played = new Set(scenarios.map(({ id }) => id))
      const known = findKnownGaps(seconds).filter(({ scenario }) => played.has(scenario))
      const found = new Set(measured.deviations.map(formatDeviation))
      expect([...found].toSorted()).toEqual(
        [...new Set(known.map((gap) => formatDeviation({ kind: '', ...gap })))].toSorted(),
      )
    })

    it('is right about causes as often as it is sure of them', () => {
      expect(findConfidenceRangesBelowTarget(measured.claims)).toEqual([])
    })

    it('finds sessions in plenty, so that the corpus is not empty by mistake', () => {
      for (const kind of ['session_down', 'session_up', 'session_flap'] as const) {
        const row = measured.report.kinds.find((one) => one.kind === kind)
        expect(row?.found).toBeGreaterThan(5)
      }
    })
  })
}
