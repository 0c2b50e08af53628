import {
  type Cause,
  type PollOutcome,
  getFailedPollOwner,
  type PollError,
  findFailedPollRemedy,
} from '#lib/contract/index.ts'
import { FAILING_POLLS_NEXT_STEP } from '#lib/contract/event-kinds/causes.ts'

/**
 * Returns the reason why polls fail, and the next step. The confidence is 1, because the collector observes the failure
 * itself. The responsible party is less certain.
 */
export function createCollectorCause(outcome: PollOutcome, error: PollError | null = null): Cause {
  const { remedy } = findFailedPollRemedy(outcome, error ?? {})
  return {
    class: `collector_${outcome}`,
    owner: getFailedPollOwner(outcome, error),
    confidence: 1,
    evidence: [],
    nextStep: remedy ?? FAILING_POLLS_NEXT_STEP,
  }
}
