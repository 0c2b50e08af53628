import { type Cause, eventCauseOf, type Outcome, outcomeOwner, type PollError, remedyOf } from '#lib/contract/index.ts'

/** Why polls fail, and what to do. Confidence 1: the collector sees its own failure, if not always its owner. */
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
