import type { CauseOwner } from '../events/cause.ts'
import type { CauseClass, OwnerOf } from '../events/cause-classes.ts'

/** Cause whose owner is one of the owners that its class allows. */
type StatedCause = {
  [Class in CauseClass]: {
    class: Class
    owner: OwnerOf<Class>
    /** confidence of the cause, 0 to 1: certain 1, likely 0.7, possible 0.5 */
    confidence: number
    nextStep: string
  }
}[CauseClass]

/**
 * Origin of an event's cause, with its default owner and next step:
 * - `kind`: every event of the kind has this cause unless its rule sets another.
 * - `rule`: the rule that raises the event sets the cause, and a change made nearby does not replace it.
 * - `evidence`: the cause is derived from polls around the event, and is unknown if they show no cause.
 */
export type EventCause =
  | ({ from: 'kind' } & StatedCause)
  | ({ from: 'rule' } & (StatedCause | { owner: CauseOwner; nextStep: string }))
  | { from: 'evidence'; owner: 'unknown'; nextStep: string }

export const UNKNOWN_NEXT_STEP = 'No poll shows the cause. Compare this event with the events around it.'
/** Cause of kinds whose owner only the evidence can name. */
export const FROM_EVIDENCE = { from: 'evidence', owner: 'unknown', nextStep: UNKNOWN_NEXT_STEP } as const

/**
 * Returns the cause "policy change of the announcing router", for kinds that report changed announcements while the
 * sessions stayed up. Evidence may override it.
 */
export const outboundPolicy = (nextStep: string) =>
  ({ from: 'kind', class: 'onprem_policy_change', owner: 'onprem', confidence: 0.7, nextStep }) as const
