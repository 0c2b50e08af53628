import type { CauseOwner } from '../events/cause.ts'
import type { CauseClass, CauseClassOwner } from '../events/cause-classes.ts'

/**
 * Cause of an event with its class. The class determines which owners (for example the provider) the cause may have.
 */
type StatedCause = {
  [Class in CauseClass]: {
    class: Class
    owner: CauseClassOwner<Class>
    /** confidence of the cause, 0 to 1: 1 = certain, 0.7 = likely, 0.5 = possible */
    confidence: number
    nextStep: string
  }
}[CauseClass]

/**
 * Cause of the events of a kind, with its owner and the next step for the user. `from` tells how the cause of a single
 * event is found:
 * - `kind`: every event of the kind has this cause, unless the detection rule or the evidence sets another one.
 * - `rule`: the detection rule sets the cause of each event. A configuration change at about the same time does not
 * replace it.
 * - `evidence`: the cause is derived from the polls around the event. It is unknown if they show no cause.
 */
export type EventKindCause =
  | ({ from: 'kind' } & StatedCause)
  | ({ from: 'rule' } & (StatedCause | { owner: CauseOwner; nextStep: string }))
  | { from: 'evidence'; owner: 'unknown'; nextStep: string }

export const UNKNOWN_CAUSE_NEXT_STEP = 'No poll shows the cause. Compare this event with the events around it.'
/** Default for event kinds whose cause only the polls around the event can show. */
export const CAUSE_FROM_EVIDENCE = { from: 'evidence', owner: 'unknown', nextStep: UNKNOWN_CAUSE_NEXT_STEP } as const

/**
 * Returns the cause "policy change of the announcing router". It is used for event kinds that report changed
 * announcements while all sessions stayed up.
 */
export const createPolicyChangeCause = (nextStep: string) =>
  ({ from: 'kind', class: 'onprem_policy_change', owner: 'onprem', confidence: 0.7, nextStep }) as const
