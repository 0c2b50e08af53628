import { type Cause, eventCauseOf, type Outcome, outcomeOwner, type PollError, remedyOf } from '#lib/contract/index.ts'

/**
 * Returns the reason why polls fail, and the next step. The confidence is 1, because the collector observes the failure
 * itself. The responsible party is less certain.
 */
export function collectorCause(outcome: Outcome, error: PollError | null = null): Cause {
  const { remedy } = remedyOf(outcome, error ?? {})
  return {
    class: `collector_${outcome}`,
    owner: outcomeOwner(outcome, error),
    confidence: 1,
    evidence: [],
    nextStep: remedy ?? eventCauseOf('nothing_polled').nextStep,
  }
}
