import { type Cause, type CauseClass, type CauseClassOwner, UNKNOWN_CAUSE_NEXT_STEP } from '#lib/contract/index.ts'

/**
 * Cause of an event without a named cause: it has no candidate causes, or all of them have a confidence below
 * `MIN_NAMED_CONFIDENCE`.
 */
export const UNKNOWN_CAUSE: Cause = {
  class: 'unknown_cause',
  owner: 'unknown',
  confidence: 0,
  evidence: [],
  nextStep: UNKNOWN_CAUSE_NEXT_STEP,
}

/** Minimum confidence at which a candidate cause is named as the cause. */
export const MIN_NAMED_CONFIDENCE = 0.5

/**
 * Factor by which the confidence is multiplied for each layer (for example ARP or a session) whose state is needed for
 * the decision, but unknown. The instruction for the user (`nextStep`) lists these layers.
 */
const MISSING_LAYER = 0.7

/**
 * Returns a cause. Its confidence is lowered for each missing layer.
 * @param owner responsible party, one of the parties that the class permits ({@link causeClasses})
 */
export function createCause<Class extends CauseClass>(
  name: Class,
  owner: CauseClassOwner<Class>,
  confidence: number,
  nextStep: string,
  missing: readonly string[] = [],
): Cause {
  const share = Math.round(confidence * MISSING_LAYER ** missing.length * 100) / 100
  const note = missing.length > 0 ? ` Not known: ${missing.join(', ')}.` : ''
  return { class: name, owner, confidence: share, evidence: [], nextStep: `${nextStep}${note}` }
}
