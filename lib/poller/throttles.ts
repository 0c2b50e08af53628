import type { Observation } from '#lib/contract/index.ts'
import type { SourceRef } from '#lib/history/index.ts'
import { subscriptionOf } from './source-book.ts'
import { afterPoll, hasSpareBudget, NOT_THROTTLED, type ThrottleDecision, type ThrottleState } from './throttle.ts'

/** The 429s of each subscription, as this worker sees them. */
export class Throttles {
  readonly #states = new Map<string, ThrottleState>()

  after(source: SourceRef, observation: Observation): Omit<ThrottleDecision, 'state'> & { spareBudget: boolean } {
    const subscription = subscriptionOf(source.resourceId)
    const before = this.#states.get(subscription) ?? NOT_THROTTLED
    const { state, notBefore, spare } = afterPoll(before, `${source.sourceId}/${observation.kind}`, observation)
    this.#states.set(subscription, state)
    return { notBefore, spare, spareBudget: hasSpareBudget(state) }
  }
}
