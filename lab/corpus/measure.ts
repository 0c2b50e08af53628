/** Results of the whole corpus, polled at one interval. */
import { type DetectedCauseWithTruth, collectCauseClaims } from './cause-truth.ts'
import { corpusScenarios } from './corpus.ts'
import { type ScenarioDeviation, listScenarioDeviations } from './deviations.ts'
import { type IntervalReport, createIntervalReport } from './report.ts'
import { type ScenarioRunResult, runCorpusScenario } from './run.ts'
import type { CorpusScenario } from './scenario.ts'
import { type ScenarioScore, scoreScenarioRun } from './score.ts'

export interface CorpusMeasurement {
  scores: ScenarioScore[]
  deviations: ScenarioDeviation[]
  report: IntervalReport
  /** causes that detection named, compared with the truth */
  claims: DetectedCauseWithTruth[]
}

/**
 * Plays and scores scenarios.
 * @param play function that plays a scenario: {@link runCorpusScenario}, or a variant with bursts
 */
export async function runAndScoreScenarios(
  everySeconds: number,
  scenarios: readonly CorpusScenario[] = corpusScenarios,
  play: (scenario: CorpusScenario, everyMs: number) => Promise<ScenarioRunResult> = runCorpusScenario,
): Promise<CorpusMeasurement> {
  const scores: ScenarioScore[] = []
  const deviations: ScenarioDeviation[] = []
  const claims: DetectedCauseWithTruth[] = []
  for (const scenario of scenarios) {
    const played = await play(scenario, everySeconds * 1_000)
    const judged = scoreScenarioRun(played)
    scores.push(judged)
    deviations.push(...listScenarioDeviations(played, judged))
    claims.push(...collectCauseClaims(played))
  }
  return { scores, deviations, report: createIntervalReport(everySeconds, scores), claims }
}
