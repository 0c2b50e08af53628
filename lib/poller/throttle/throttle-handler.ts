import { type PollObservation, getSubscriptionId } from '#lib/contract/index.ts'
import { type SourceRef, type ThrottledPolls, countThrottledPolls } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { delayThrottledPollsUntil } from '#lib/platform/leases/index.ts'
import type { Logger } from '#lib/platform/log.ts'
import { queryOrDefault } from '../poll/query-or-default.ts'
import { readRegionOfSource, readSourcesOfResource, readSourcesOfSubscription } from '../store/sources-to-postpone.ts'
import {
  decideAfterLocked,
  decideAfterThrottled,
  hasSpareBudget,
  NO_THROTTLE_DECISION,
  STORM_WINDOW_MS,
  type ThrottleDelayDecision,
} from './throttle-decision.ts'

const NOBODY: ThrottledPolls = { inARow: 0, others: 0, othersSince: 0, readsLeft: null }

/**
 * Handles the effect of a throttled or locked poll on the other polls of its subscription. The earlier polls of all
 * workers are read from the database only if needed: after a refusal, and before a poll is added to the schedule.
 */
export class ThrottleHandler {
  readonly #db: Database
  readonly #log: Logger
  readonly #source: SourceRef
  readonly #observation: PollObservation
  #known: Promise<ThrottledPolls | null> | null = null

  constructor({ db, log }: { db: Database; log: Logger }, source: SourceRef, observation: PollObservation) {
    this.#db = db
    this.#log = log
    this.#source = source
    this.#observation = observation
  }

  async decision(): Promise<ThrottleDelayDecision> {
    const { outcome } = this.#observation
    if (outcome !== 'throttled' && outcome !== 'locked') return NO_THROTTLE_DECISION
    const decide = outcome === 'locked' ? decideAfterLocked : decideAfterThrottled
    return decide((await this.#before()) ?? NOBODY, this.#observation)
  }

  /** Reports whether polls may be made due in addition to the schedule. */
  async mayAskMore(): Promise<boolean> {
    if (this.#isThrottled) return false
    const before = await this.#before()
    return before !== null && hasSpareBudget(before, this.#observation)
  }

  /**
   * Postpones polls of all workers as decided: the least important polls of the refused budget, or the polls that the
   * lock would also refuse.
   */
  async spare({ spare }: ThrottleDelayDecision): Promise<void> {
    if (spare) await queryOrDefault(this.#log, this.#source, undefined, () => this.#putOff(spare))
  }

  async #putOff({ of, kinds, until }: NonNullable<ThrottleDelayDecision['spare']>): Promise<void> {
    const { resourceId } = this.#source
    if (of === 'resource') {
      await delayThrottledPollsUntil(this.#db, await readSourcesOfResource(this.#db.pool, resourceId), kinds, until)
      return
    }
    const subscription = getSubscriptionId(resourceId)
    const region = of === 'region' ? await readRegionOfSource(this.#db.pool, this.#source.sourceId) : null
    const { budget } = this.#observation.error ?? {}
    this.#log.warn({ subscription, region, budget, kinds, until: new Date(until) }, 'Azure throttles: less is asked')
    const sources = await readSourcesOfSubscription(this.#db.pool, subscription, region)
    // distribute the postponed polls of a region over time, so that they do not all begin when the time window ends
    await delayThrottledPollsUntil(this.#db, sources, kinds, until, { spread: of === 'region' })
  }

  get #isThrottled(): boolean {
    return this.#observation.outcome === 'throttled'
  }

  /** Reads the earlier polls; null if they cannot be read, because this poll must be recorded anyway. */
  #before(): Promise<ThrottledPolls | null> {
    this.#known ??= queryOrDefault<ThrottledPolls | null>(this.#log, this.#source, null, () => this.#read())
    return this.#known
  }

  #read(): Promise<ThrottledPolls> {
    const { sourceId, resourceId } = this.#source
    return countThrottledPolls(this.#db.pool, {
      subscriptionId: getSubscriptionId(resourceId),
      sourceId,
      kind: this.#observation.kind,
      outcome: this.#observation.outcome === 'locked' ? 'locked' : 'throttled',
      budget: this.#observation.error?.budget ?? null,
      since: this.#observation.finishedAt - STORM_WINDOW_MS,
    })
  }
}
