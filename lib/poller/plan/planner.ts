import type { PollContext } from '../poll/poll-context.ts'
import type { AzureSubscription } from '#lib/azure/index.ts'
import { polledResourceTypes } from '#lib/azure/kinds/index.ts'
import {
  armTypes,
  type ObservedChange,
  type ConfigChange,
  eventKindRecords,
  type SubscriptionDetails,
} from '#lib/contract/index.ts'
import {
  getOrCreateSourceIds,
  readResourcePage,
  saveSubscriptionDetails,
  saveSubscriptionNames,
  recordSubscriptionListingResult,
  readCurrentDeclarations,
  readScheduledSubscriptions,
  readSessionsAtMoment,
  syncPollSchedule,
} from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { addMissingPollsToSchedule, expeditePolls, runWithWorkLease } from '#lib/platform/leases/index.ts'
import { listAdvertisedNeighbors } from '../poll/advertised-neighbors.ts'
import { BackOff, waitUnlessAborted } from '#lib/platform/back-off.ts'
import { type PollPlanSettings, reviewPollIntervals } from './review-intervals.ts'
import { type PlannedPoll, type PollIntervals, planPolls, buildSubscriptionId } from './plan-polls.ts'
import type { CommittedPollForPlanner } from '../poll/poll-source.ts'

/** Time for which a requested plan waits for more requests, milliseconds. */
const GATHER_MS = 200

/**
 * INTERVAL_REVIEW_MS is the time between two reviews of the intervals, milliseconds; one of the workers does each
 * review. MIN_INTERVAL_REVIEW_GAP_MS is the minimum time between two reviews, so that many events at once do not cause
 * many reviews.
 */
export const INTERVAL_REVIEW_MS = 120_000
export const MIN_INTERVAL_REVIEW_GAP_MS = 5_000

interface PlannerContext extends Pick<PollContext, 'azure' | 'db' | 'clock' | 'log' | 'book'> {
  intervals: PollIntervals
  /** Settings for planning the intervals. */
  budgets: PollPlanSettings
}

/**
 * Keeps the schedule of polls up to date. All workers use the same database, so any of them may do this.
 * - A plan (which polls exist) is made at the start, after an inventory found a change, after a gateway got a new
 * neighbor, after operators changed declarations, and at least once per interval of the inventory.
 * - A review (how long the intervals are) is made every two minutes, after a plan changed the schedule, after a budget
 * refused a poll, and, while intervals are lengthened, when an event that needs more polls begins or changes.
 */
export class PollPlanner {
  readonly #context: PlannerContext
  readonly #signal: AbortSignal
  /** Ids of the monitored subscriptions; null = their list was not read yet. */
  #subscriptions: readonly string[] | null = null
  /**
   * Polls that this worker last wrote to the schedule, by {@link keyOf}; null = this worker has not planned yet, or a
   * resource was moved since its last plan.
   */
  #current: ReadonlyMap<string, PlannedPoll> | null = null
  #wanted = Promise.withResolvers<void>()
  /** True if the last review of this worker found an interval that is longer than configured. */
  #isLimited = false
  #reviewWanted = Promise.withResolvers<void>()

  constructor(context: PlannerContext, signal: AbortSignal) {
    this.#context = context
    this.#signal = signal
  }

  /** Plans until the signal is aborted. Calls `onPlanned` after each change of the schedule. */
  async run(onPlanned: () => void): Promise<void> {
    const { log, intervals } = this.#context
    const backOff = new BackOff(200, 10_000)
    let whole = true
    const reviews = this.#runReviews(onPlanned)
    while (!this.#signal.aborted) {
      this.#wanted = Promise.withResolvers<void>()
      try {
        if (whole) await this.#refreshSubscriptions()
        const changed = await this.#planAlone(whole)
        if (changed === null) {
          await backOff.wait(this.#signal)
          continue
        }
        if (changed) onPlanned()
        backOff.succeeded()
      } catch (error) {
        if (this.#signal.aborted) break
        log.warn({ err: error }, 'the timetable could not be planned')
        await backOff.wait(this.#signal)
        continue
      }
      whole = !(await this.#wantedWithin(intervals.inventoryMs))
      // wait briefly, because the first inventory is followed by others, and one plan can include them all
      await waitUnlessAborted(GATHER_MS, this.#signal)
    }
    await reviews
  }

  /** Reviews the intervals regularly, until the signal is aborted. */
  async #runReviews(onPlanned: () => void): Promise<void> {
    const { log } = this.#context
    while (!this.#signal.aborted) {
      const isWanted = await this.#within(INTERVAL_REVIEW_MS, this.#reviewWanted.promise)
      if (this.#signal.aborted) return
      this.#reviewWanted = Promise.withResolvers<void>()
      try {
        const reviewed = await runWithWorkLease(this.#context.db, 'planning', ({ db }) => this.#review(db, isWanted))
        // another worker is planning. It may have read the data before this review was requested, so request the review
        // again
        if (reviewed === null && isWanted) this.#reviewWanted.resolve()
        if (reviewed) onPlanned()
      } catch (error) {
        log.warn({ err: error }, 'the intervals could not be reviewed')
      }
      await waitUnlessAborted(MIN_INTERVAL_REVIEW_GAP_MS, this.#signal)
    }
  }

  /**
   * Reviews the intervals once.
   * @returns whether an interval changed
   */
  async #review(db: Database, isWanted: boolean): Promise<boolean> {
    const { budgets, log } = this.#context
    const { changed, lengthened, countsPosts } = await reviewPollIntervals(
      db,
      budgets,
      isWanted ? 0 : INTERVAL_REVIEW_MS / 2_000,
    )
    this.#isLimited = lengthened > 0
    budgets.noteCounted?.(countsPosts)
    if (changed > 0) log.info({ changed, lengthened, countsPosts }, 'intervals follow from what Azure allows')
    return changed > 0
  }

  /** Requests a plan, because an operator may have excluded resources from polling. */
  declared(): void {
    this.#wanted.resolve()
  }

  /** Requests a plan or a review if the result of a poll makes it necessary. */
  noticed({ source, observation, committed }: CommittedPollForPlanner): void {
    const { changes } = committed
    const configured = changes.flatMap((change) => (change.type === 'config' ? [change.resourceId] : []))
    const former = changes.flatMap((change) => (change.type === 'config' ? formerIds(change) : []))
    if (former.length > 0) {
      this.#context.book.movedFrom(former)
      // the same ARM ids belong to other sources now
      this.#current = null
    }
    if (configured.length > 0) {
      this.#context.book.configurationChanged(configured)
      this.#wanted.resolve()
    }
    // if no interval is longer than configured, a review after an incident would change nothing
    const isIncident = this.#isLimited && committed.events.some(({ kind }) => eventKindRecords[kind].burst)
    if (isIncident || observation.error?.budget) this.#reviewWanted.resolve()
    if (observation.kind === 'peers' && changes.some((change) => this.#isNewNeighbor(source.resourceId, change))) {
      this.#wanted.resolve()
    }
  }

  #isNewNeighbor(resourceId: string, change: ObservedChange): boolean {
    return (
      change.type === 'session' &&
      change.after !== null &&
      change.after.state === 'established' &&
      !this.#current?.has(keyOf({ resourceId, subresource: change.neighbor, kind: 'advertised' }))
    )
  }

  /** Waits up to that time for a request of a plan. Returns whether there was one. */
  #wantedWithin(ms: number): Promise<boolean> {
    return this.#within(ms, this.#wanted.promise)
  }

  async #within(ms: number, promise: Promise<void>): Promise<boolean> {
    const until = new AbortController()
    const asked = promise.then(() => true)
    const wanted = await Promise.race([
      asked,
      waitUnlessAborted(ms, AbortSignal.any([this.#signal, until.signal])).then(() => false),
    ])
    until.abort()
    return wanted
  }

  async #refreshSubscriptions(): Promise<void> {
    const { azure, clock, db, log } = this.#context
    const listing = await azure.listSubscriptions({ signal: this.#signal })
    const { outcome, error, isComplete, identities, subscriptions } = listing
    for (const { identity, outcome: own, error: why } of identities) {
      if (own !== 'ok') log.warn({ identity, outcome: own, error: why }, 'the subscriptions could not be listed')
    }
    // if the list could not be read, it still contains the subscriptions that are configured by id
    if (outcome === 'ok' || subscriptions.length > 0) {
      const listed = subscriptions.map(({ subscriptionId }) => subscriptionId.toLowerCase())
      // A subscription that is missing from an incomplete list may still exist, because the only identity that may see
      // it could not list its subscriptions.
      const scheduled = await readScheduledSubscriptions(db.pool)
      const others = isComplete ? await this.#existing(scheduled.filter((id) => !listed.includes(id))) : scheduled
      this.#subscriptions = [...new Set([...listed, ...others])]
    }
    const named = subscriptions.flatMap(({ subscriptionId, displayName }) =>
      displayName ? [{ subscriptionId, name: displayName }] : [],
    )
    await saveSubscriptionNames(db.pool, named)
    await saveSubscriptionDetails(db.pool, factsOf(subscriptions))
    const hasNothing = outcome !== 'ok' && subscriptions.length === 0
    const { code = '', detail = '' } = error ?? {}
    await recordSubscriptionListingResult(db.pool, hasNothing ? { outcome, code, detail, at: clock.now() } : null)
  }

  /**
   * Returns the subscriptions that are missing from the list but may still exist, because Azure did not report them as
   * unknown.
   */
  async #existing(lacking: readonly string[]): Promise<string[]> {
    const { azure } = this.#context
    const found = await Promise.all(
      lacking.map(async (id) => ((await azure.hasSubscription(id, { signal: this.#signal })) === false ? [] : id)),
    )
    return found.flat()
  }

  /**
   * Reads the resources and updates the schedule, while no other worker does. If two workers did this at the same time,
   * the worker with older data could remove polls that the other has just added.
   * @param whole see #plan
   * @returns whether the schedule changed; null = the subscriptions are unknown or another worker is planning, so try
   *   again
   */
  async #planAlone(whole: boolean): Promise<boolean | null> {
    const subscriptions = this.#subscriptions
    if (subscriptions === null) return null
    return runWithWorkLease(this.#context.db, 'planning', ({ db }) => this.#plan(db, subscriptions, whole))
  }

  /**
   * Reads the resources and updates the schedule.
   * @param db connection that can write only while this worker holds the lease for planning
   * @param whole true = compare the whole schedule with the plan; false = add only new polls
   * @returns whether the schedule changed
   */
  async #plan(db: Database, subscriptionIds: readonly string[], whole: boolean): Promise<boolean> {
    const { book, intervals, log } = this.#context
    const [resources, sessions, { exclusions, interfaces }] = await Promise.all([
      readResourcePage(db.pool, { types: polledResourceTypes }),
      readSessionsAtMoment(db.pool),
      readCurrentDeclarations(db.pool),
    ])
    book.listed(resources)
    const peers = sessions.filter(({ kind, presence }) => kind === 'peers' && presence !== 'missing')
    const neighbors = new Map(
      [...Map.groupBy(peers, ({ resourceId }) => resourceId.toLowerCase())].map(([key, own]) => [
        key,
        listAdvertisedNeighbors(own.map((one) => ({ ...one, hadSession: one.everEstablished }))),
      ]),
    )
    const listed = resources.filter(({ config, removed }) => config !== null && removed === null)
    const plan = planPolls({ subscriptionIds, resources: listed, neighbors, exclusions }, intervals)
    const rechosen = book.interfacesChosen(
      interfaces.map((one) => one.interface),
      listed.flatMap(({ type, resourceId }) => (type === armTypes.networkInterface ? [resourceId] : [])),
    )
    const synced = await this.#putOnTimetable(db, plan, whole)
    book.planned(plan)
    await this.#readChosen(db, rechosen)
    const changed = synced.addedOrChanged + synced.removed > 0
    if (!changed) return false
    log.info({ polls: plan.length, ...synced }, 'planned')
    // new polls need requests of the same budgets, so review the intervals
    await this.#review(db, true)
    return true
  }

  /**
   * Makes the inventory of subscriptions due immediately after an operator chose network interfaces there, because the
   * operator waits for their data.
   */
  async #readChosen(db: Database, subscriptionIds: readonly string[]): Promise<void> {
    for (const subscriptionId of subscriptionIds) {
      const target = { resourceId: buildSubscriptionId(subscriptionId), subresource: '' }
      const sourceId = await this.#context.book.plannedId(target)
      if (sourceId !== null) await expeditePolls(db, sourceId, ['inventory'])
    }
  }

  /**
   * Writes the plan to the schedule. Polls that are new since the last plan of this worker are only added. A comparison
   * of the whole schedule is avoided if possible, because it locks all rows for a moment, and no poll can be claimed
   * then.
   */
  async #putOnTimetable(
    db: Database,
    plan: readonly PlannedPoll[],
    whole: boolean,
  ): Promise<{ addedOrChanged: number; removed: number }> {
    const next = new Map(plan.map((poll) => [keyOf(poll), poll]))
    const current = this.#current
    const dropped = current === null || [...current.keys()].some((key) => !next.has(key))
    const synced =
      whole || dropped
        ? await db.transaction((client) => syncPollSchedule(client, plan))
        : await add(
            db,
            plan.filter((poll) => !current.has(keyOf(poll))),
          )
    this.#current = next
    return synced
  }
}

/** Returns the ARM ids that belong to another resource after a move of a resource. */
const formerIds = ({ resourceId, movedFrom, partedFrom }: ConfigChange): string[] =>
  movedFrom ? [movedFrom, resourceId] : partedFrom ? [resourceId] : []

async function add(db: Database, polls: readonly PlannedPoll[]): Promise<{ addedOrChanged: number; removed: number }> {
  if (polls.length === 0) return { addedOrChanged: 0, removed: 0 }
  const ids = await getOrCreateSourceIds(db.pool, polls)
  const entries = polls.flatMap(({ kind, everySeconds, resource }, i) => {
    const sourceId = ids[i]
    return sourceId === undefined ? [] : [{ sourceId, kind, everySeconds, resource }]
  })
  return db.transaction(async (client) => ({
    addedOrChanged: await addMissingPollsToSchedule(client, entries),
    removed: 0,
  }))
}

function keyOf({ resourceId, subresource, kind }: Pick<PlannedPoll, 'resourceId' | 'subresource' | 'kind'>): string {
  return `${resourceId.toLowerCase()}\n${subresource}\n${kind}`
}

/**
 * Returns the facts about the subscriptions that Azure lists: tenant, tags and state. A subscription that is only
 * configured has no facts.
 */
function factsOf(subscriptions: readonly AzureSubscription[]): Map<string, SubscriptionDetails> {
  const listed = subscriptions.filter(({ state }) => state !== null)
  return new Map(
    listed.map(({ subscriptionId, tenantId, tags = {}, state }) => [subscriptionId, { tenantId, tags, state }]),
  )
}
