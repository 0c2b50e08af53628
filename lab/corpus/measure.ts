/** Results of the whole corpus, polled at one interval. */
import { type Claim, collectCauseClaims } from './cause-truth.ts'
import { corpus } from './corpus.ts'
import { type Deviation, deviationsOf } from './deviations.ts'
import { type IntervalReport, createIntervalReport } from './report.ts'
import { type Run, run } from './run.ts'
import type { CorpusScenario } from './scenario.ts'
import { type Score, score } from './score.ts'

export interface Measured {
  scores: Score[]
  deviations: Deviation[]
  report: IntervalReport
  /** causes that detection named, compared with the truth */
  claims: Claim[]
}

/**
 * Plays and scores scenarios.
 * @param play function that plays a scenario: {@link run}, or a variant with bursts
 */
export async function measure(
  everySeconds: number,
  scenarios: readonly CorpusScenario[] = corpus,
  play: (scenario: CorpusScenario, everyMs: number) => Promise<Run> = run,
): Promise<Measured> {
  const scores: Score[] = []
  const deviations: Deviation[] = []
  const claims: Claim[] = []
  for (const scenario of scenarios) {
    const played = await play(scenario, everySeconds * 1_000)
    const judged = score(played)
    scores.push(judged)
    deviations.push(...deviationsOf(played, judged))
    claims.push(...collectCauseClaims(played))
  }
  return { scores, deviations, report: createIntervalReport(everySeconds, scores), claims }
}
