import type { CauseOwner } from '../events/cause.ts'
import type { CauseClass, OwnerOf } from '../events/cause-classes.ts'

/** One that its class allows to name this owner. */
type StatedCause = {
  [Class in CauseClass]: {
    class: Class
    owner: OwnerOf<Class>
    /** 0 to 1: certain 1, likely 0.7, possible 0.5 */
    confidence: number
    nextStep: string
  }
}[CauseClass]

/**
 * Where the cause of an event comes from, with its default owner and next step:
 * - `kind`: every event of the kind has this cause unless its rule knows better.
 * - `rule`: the rule that raises the event states the cause, and no change that was made nearby replaces it.
 * - `evidence`: the cause is worked out from what is polled around the event, and stays unknown where that shows nothing.
 */
export type EventCause =
  | ({ from: 'kind' } & StatedCause)
  | ({ from: 'rule' } & (StatedCause | { owner: CauseOwner; nextStep: string }))
  | { from: 'evidence'; owner: 'unknown'; nextStep: string }

export const UNKNOWN_NEXT_STEP = 'Nothing that was polled shows the cause. Compare with the events around it.'
/** The cause of kinds whose owner only the evidence can name. */
export const FROM_EVIDENCE = { from: 'evidence', owner: 'unknown', nextStep: UNKNOWN_NEXT_STEP } as const

/** What is announced changed while its sessions stayed up: unless evidence says otherwise, by the policy of who announces it. */
export const outboundPolicy = (nextStep: string) =>
  ({ from: 'kind', class: 'onprem_policy_change', owner: 'onprem', confidence: 0.7, nextStep }) as const
