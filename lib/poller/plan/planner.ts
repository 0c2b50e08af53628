import type { PollContext } from '../poll/poll-context.ts'
import type { Subscription } from '#lib/azure/index.ts'
import { polledTypes } from '#lib/azure/kinds/index.ts'
import {
  armTypes,
  type Change,
  type ConfigChange,
  eventKindRecords,
  type SubscriptionFacts,
} from '#lib/contract/index.ts'
import {
  ensureSources,
  listResources,
  saveSubscriptionFacts,
  nameSubscriptions,
  recordListing,
  readDeclarations,
  scheduledSubscriptions,
  sessionsAt,
  syncSchedule,
} from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { ensureScheduled, expedite, withLease } from '#lib/platform/leases/index.ts'
import { advertisedTo } from '../poll/advertised-neighbors.ts'
import { BackOff, pause } from '#lib/platform/back-off.ts'
import { type PlanSettings, reviewIntervals } from './intervals-in-force.ts'
import { type PlannedPoll, type PollIntervals, planPolls, subscriptionResource } from './plan.ts'
import type { PollOutcome } from '../poll/poll-source.ts'

/** How long a plan that was asked for waits for further reasons to plan. */
const GATHER_MS = 200

/** How often intervals are held against what polls were measured to cost, by one of the workers; not with each event of a storm. */
export const REVIEW_MS = 120_000
export const REVIEW_SOON_MS = 5_000

interface PlannerContext extends Pick<PollContext, 'azure' | 'db' | 'clock' | 'log' | 'book'> {
  intervals: PollIntervals
  /** what the intervals in force are planned by */
  budgets: PlanSettings
}

/**
 * Keeps the timetable in step with the estate: at the start, whenever an inventory found something changed, when a
 * gateway has a neighbor that it had not, and once in an inventory interval in any case. Beside that it reviews the intervals in
 * force: every two minutes, when a budget refuses a poll, and when something adverse begins or ends. Workers plan from the same
 * database, so that it does not matter which one does.
 */
export class Planner {
  readonly #context: PlannerContext
  readonly #signal: AbortSignal
  /** null until the list of subscriptions was read once */
  #subscriptions: readonly string[] | null = null
  /** the last plan that is on the timetable, by {@link keyOf}; null = none yet */
  #current: ReadonlyMap<string, PlannedPoll> | null = null
  #wanted = Promise.withResolvers<void>()
  /** whether an interval is longer than configured, as far as this worker knows */
  #isLimited = false
  #reviewWanted = Promise.withResolvers<void>()

  constructor(context: PlannerContext, signal: AbortSignal) {
    this.#context = context
    this.#signal = signal
  }

  /** Plans until the signal is aborted. `onPlanned` is called after each change of the timetable. */
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
      // a first inventory comes with many more: they are planned together
      await pause(GATHER_MS, this.#signal)
    }
    await reviews
  }

  /** Reviews the intervals in force until the signal is aborted. */
  async #runReviews(onPlanned: () => void): Promise<void> {
    const { log } = this.#context
    while (!this.#signal.aborted) {
      const isWanted = await this.#within(REVIEW_MS, this.#reviewWanted.promise)
      if (this.#signal.aborted) return
      this.#reviewWanted = Promise.withResolvers<void>()
      try {
        const reviewed = await withLease(this.#context.db, 'planning', ({ db }) => this.#review(db, isWanted))
        // whoever plans now may not know why
        if (reviewed === null && isWanted) this.#reviewWanted.resolve()
        if (reviewed) onPlanned()
      } catch (error) {
        log.warn({ err: error }, 'the intervals could not be reviewed')
      }
      await pause(REVIEW_SOON_MS, this.#signal)
    }
  }

  /** @returns whether an interval changed */
  async #review(db: Database, isWanted: boolean): Promise<boolean> {
    const { budgets, log } = this.#context
    const { changed, lengthened, countsPosts } = await reviewIntervals(db, budgets, isWanted ? 0 : REVIEW_MS / 2_000)
    this.#isLimited = lengthened > 0
    budgets.noteCounted?.(countsPosts)
    if (changed > 0) log.info({ changed, lengthened, countsPosts }, 'intervals follow from what Azure allows')
    return changed > 0
  }

  /** Plans soon: what is left out of polling may have been declared. */
  declared(): void {
    this.#wanted.resolve()
  }

  /** Reads a finished poll for what changes the plan. */
  noticed({ source, observation, committed }: PollOutcome): void {
    const { changes } = committed
    const configured = changes.flatMap((change) => (change.type === 'config' ? [change.resourceId] : []))
    const former = changes.flatMap((change) => (change.type === 'config' ? formerIds(change) : []))
    if (former.length > 0) {
      this.#context.book.movedFrom(former)
      // the same ARM ids are polled for other sources from now on
      this.#current = null
    }
    if (configured.length > 0) {
      this.#context.book.configurationChanged(configured)
      this.#wanted.resolve()
    }
    // where everything fits, what an incident needs does as well
    const isIncident = this.#isLimited && committed.events.some(({ kind }) => eventKindRecords[kind].burst)
    if (isIncident || observation.error?.budget) this.#reviewWanted.resolve()
    if (observation.kind === 'peers' && changes.some((change) => this.#isNewNeighbor(source.resourceId, change))) {
      this.#wanted.resolve()
    }
  }

  #isNewNeighbor(resourceId: string, change: Change): boolean {
    return (
      change.type === 'session' &&
      change.after !== null &&
      change.after.state === 'established' &&
      !this.#current?.has(keyOf({ resourceId, subresource: change.neighbor, kind: 'advertised' }))
    )
  }

  /** Whether a plan was asked for within that time. */
  #wantedWithin(ms: number): Promise<boolean> {
    return this.#within(ms, this.#wanted.promise)
  }

  async #within(ms: number, promise: Promise<void>): Promise<boolean> {
    const until = new AbortController()
    const asked = promise.then(() => true)
    const wanted = await Promise.race([
      asked,
      pause(ms, AbortSignal.any([this.#signal, until.signal])).then(() => false),
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
    // a list that failed changes nothing; ids that were configured stand in it all the same
    if (outcome === 'ok' || subscriptions.length > 0) {
      const listed = subscriptions.map(({ subscriptionId }) => subscriptionId.toLowerCase())
      // what one identity can't list now may be what it alone sees
      const scheduled = await scheduledSubscriptions(db.pool)
      const others = isComplete ? await this.#existing(scheduled.filter((id) => !listed.includes(id))) : scheduled
      this.#subscriptions = [...new Set([...listed, ...others])]
    }
    const named = subscriptions.flatMap(({ subscriptionId, displayName }) =>
      displayName ? [{ subscriptionId, name: displayName }] : [],
    )
    await nameSubscriptions(db.pool, named)
    await saveSubscriptionFacts(db.pool, factsOf(subscriptions))
    const hasNothing = outcome !== 'ok' && subscriptions.length === 0
    const { code = '', detail = '' } = error ?? {}
    await recordListing(db.pool, hasNothing ? { outcome, code, detail, at: clock.now() } : null)
  }

  /** Returns the subscriptions that the list lacks without a proof that they are gone. */
  async #existing(lacking: readonly string[]): Promise<string[]> {
    const { azure } = this.#context
    const found = await Promise.all(
      lacking.map(async (id) => ((await azure.hasSubscription(id, { signal: this.#signal })) === false ? [] : id)),
    )
    return found.flat()
  }

  /**
   * Reads the estate and writes the timetable while no other worker does: one that read it earlier and wrote later would
   * take off the timetable what was found in between.
   * @returns whether the timetable changed; null = not planned now, to be tried again
   */
  async #planAlone(whole: boolean): Promise<boolean | null> {
    const subscriptions = this.#subscriptions
    if (subscriptions === null) return null
    return withLease(this.#context.db, 'planning', ({ db }) => this.#plan(db, subscriptions, whole))
  }

  /**
   * @param db writes only while this worker plans
   * @param whole hold the whole timetable against the plan, not only what is new in it
   * @returns whether the timetable changed
   */
  async #plan(db: Database, subscriptionIds: readonly string[], whole: boolean): Promise<boolean> {
    const { book, intervals, log } = this.#context
    const [resources, sessions, { exclusions, interfaces }] = await Promise.all([
      listResources(db.pool, { types: polledTypes }),
      sessionsAt(db.pool),
      readDeclarations(db.pool),
    ])
    book.listed(resources)
    const peers = sessions.filter(({ kind, presence }) => kind === 'peers' && presence !== 'missing')
    const neighbors = new Map(
      [...Map.groupBy(peers, ({ resourceId }) => resourceId.toLowerCase())].map(([key, own]) => [
        key,
        advertisedTo(own.map((one) => ({ ...one, hadSession: one.everEstablished }))),
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
    // what is new draws from the same budgets
    await this.#review(db, true)
    return true
  }

  /** Network interfaces are chosen by hand: whoever does it waits for what they have. */
  async #readChosen(db: Database, subscriptionIds: readonly string[]): Promise<void> {
    for (const subscriptionId of subscriptionIds) {
      const target = { resourceId: subscriptionResource(subscriptionId), subresource: '' }
      const sourceId = await this.#context.book.plannedId(target)
      if (sourceId !== null) await expedite(db, sourceId, ['inventory'])
    }
  }

  /**
   * Holding a whole timetable against a plan locks every row of it for a moment, and nothing is claimed meanwhile. What
   * is merely new since this worker's last plan is added without that.
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
        ? await db.transaction((client) => syncSchedule(client, plan))
        : await add(
            db,
            plan.filter((poll) => !current.has(keyOf(poll))),
          )
    this.#current = next
    return synced
  }
}

/** ARM ids whose sources are another resource's now. */
const formerIds = ({ resourceId, movedFrom, partedFrom }: ConfigChange): string[] =>
  movedFrom ? [movedFrom, resourceId] : partedFrom ? [resourceId] : []

async function add(db: Database, polls: readonly PlannedPoll[]): Promise<{ addedOrChanged: number; removed: number }> {
  if (polls.length === 0) return { addedOrChanged: 0, removed: 0 }
  const ids = await ensureSources(db.pool, polls)
  const entries = polls.flatMap(({ kind, everySeconds, resource }, i) => {
    const sourceId = ids[i]
    return sourceId === undefined ? [] : [{ sourceId, kind, everySeconds, resource }]
  })
  return db.transaction(async (client) => ({ addedOrChanged: await ensureScheduled(client, entries), removed: 0 }))
}

function keyOf({ resourceId, subresource, kind }: Pick<PlannedPoll, 'resourceId' | 'subresource' | 'kind'>): string {
  return `${resourceId.toLowerCase()}\n${subresource}\n${kind}`
}

/** A subscription that was configured by id and is not listed is not known. */
function factsOf(subscriptions: readonly Subscription[]): Map<string, SubscriptionFacts> {
  const listed = subscriptions.filter(({ state }) => state !== null)
  return new Map(
    listed.map(({ subscriptionId, tenantId, tags = {}, state }) => [subscriptionId, { tenantId, tags, state }]),
  )
}
