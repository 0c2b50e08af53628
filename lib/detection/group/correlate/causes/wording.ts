import { type Cause, type CauseClass, type OwnerOf, UNKNOWN_NEXT_STEP } from '#lib/contract/index.ts'

/** Nothing reaches the confidence at which a class is named. */
export const UNKNOWN_CAUSE: Cause = {
  class: 'unknown_cause',
  owner: 'unknown',
  confidence: 0,
  evidence: [],
  nextStep: UNKNOWN_NEXT_STEP,
}

/** Least confidence at which a class is named. */
export const NAMED = 0.5

/** A layer that the decision needs and that is not known costs this factor, and is named. */
const MISSING_LAYER = 0.7

/** @param owner one that the class may name ({@link causeClasses}) */
export function wordedCause<Class extends CauseClass>(
  name: Class,
  owner: OwnerOf<Class>,
  confidence: number,
  nextStep: string,
  missing: readonly string[] = [],
): Cause {
  const share = Math.round(confidence * MISSING_LAYER ** missing.length * 100) / 100
  const note = missing.length > 0 ? ` Not known: ${missing.join(', ')}.` : ''
  return { class: name, owner, confidence: share, evidence: [], nextStep: `${nextStep}${note}` }
}
