/** The whole corpus, polled at one interval. */
import { corpus } from './corpus.ts'
import { type Deviation, deviationsOf } from './deviations.ts'
import { type IntervalReport, reportOf } from './report.ts'
import { run } from './run.ts'
import type { CorpusScenario } from './scenario.ts'
import { type Score, score } from './score.ts'

export interface Measured {
  scores: Score[]
  deviations: Deviation[]
  report: IntervalReport
}

export async function measure(everySeconds: number, scenarios: readonly CorpusScenario[] = corpus): Promise<Measured> {
  const scores: Score[] = []
  const deviations: Deviation[] = []
  for (const scenario of scenarios) {
    const played = await run(scenario, everySeconds * 1_000)
    const judged = score(played)
    scores.push(judged)
    deviations.push(...deviationsOf(played, judged))
  }
  return { scores, deviations, report: reportOf(everySeconds, scores) }
}
