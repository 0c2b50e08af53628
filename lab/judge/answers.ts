/** API answers about a recorded estate that are compared with the truth. */
import { judgeAvailabilityAnswers } from './availability.ts'
import { judgeImpactAnswers } from './impact.ts'
import type { AnswerJudgeFunction } from './record.ts'

/** Judges by the name that `--answers` selects. */
export const answerJudgesByName: Readonly<Record<string, AnswerJudgeFunction>> = {
  availability: judgeAvailabilityAnswers,
  impact: judgeImpactAnswers,
}
