import { GATEWAY_ASN } from '#lib/bgp/index.ts'
import type { Azure } from '#lib/azure/index.ts'
import type { Change } from '#lib/contract/index.ts'
import { listResources, sessionsAt, syncSchedule } from '#lib/history/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import type { Logger } from '#lib/platform/log.ts'
import { BackOff, pause } from './back-off.ts'
import { CIRCUITS, CONNECTIONS, GATEWAYS, type PlannedPoll, type PollIntervals, planPolls } from './plan.ts'
import type { PollOutcome } from './poll-source.ts'
import type { SourceBook } from './source-book.ts'

export interface PlannerContext {
  azure: Azure
  db: Database
  clock: Clock
  log: Logger
  book: SourceBook
  intervals: PollIntervals
}

/**
 * Keeps the timetable in step with the estate: at the start, whenever an inventory found something changed, when a
 * gateway has a neighbor that it had not, and once in an inventory interval in any case. Workers plan from the same
 * database, so that it does not matter which one does.
 */
export class Planner {
  readonly #context: PlannerContext
  readonly #signal: AbortSignal
  /** null until the list of subscriptions was read once */
  #subscriptions: readonly string[] | null = null
  /** `resource id + neighbor` whose advertised routes are on the plan */
  #advertised: ReadonlySet<string> = new Set()
  #wanted = Promise.withResolvers<void>()

  constructor(context: PlannerContext, signal: AbortSignal) {
    this.#context = context
    this.#signal = signal
  }

  /** Plans until the signal is aborted. `onPlanned` is called after each change of the timetable. */
  async run(onPlanned: () => void): Promise<void> {
    const { log, intervals } = this.#context
    const backOff = new BackOff(250, 10_000)
    while (!this.#signal.aborted) {
      this.#wanted = Promise.withResolvers<void>()
      try {
        await this.#refreshSubscriptions()
        if (this.#subscriptions !== null) await this.#plan(this.#subscriptions)
        onPlanned()
        if (this.#subscriptions === null) {
          await backOff.wait(this.#signal)
          continue
        }
        backOff.succeeded()
      } catch (error) {
        if (this.#signal.aborted) return
        log.warn({ err: error }, 'the timetable could not be planned')
        await backOff.wait(this.#signal)
        continue
      }
      const until = new AbortController()
      const ended = AbortSignal.any([this.#signal, until.signal])
      await Promise.race([this.#wanted.promise, pause(intervals.inventoryMs, ended)])
      until.abort()
    }
  }

  /** Looks at a finished poll for what changes the plan. */
  noticed({ source, observation, committed }: PollOutcome): void {
    const { changes } = committed
    if (observation.kind === 'inventory' && changes.some(({ type }) => type === 'config')) this.#wanted.resolve()
    if (observation.kind === 'peers' && changes.some((change) => this.#isNewNeighbor(source.resourceId, change))) {
      this.#wanted.resolve()
    }
  }

  #isNewNeighbor(resourceId: string, change: Change): boolean {
    return (
      change.type === 'session' &&
      change.after?.state === 'established' &&
      change.after.asn !== GATEWAY_ASN &&
      !this.#advertised.has(advertisedKey(resourceId, change.neighbor))
    )
  }

  async #refreshSubscriptions(): Promise<void> {
    const { azure, log } = this.#context
    const { outcome, error, subscriptions } = await azure.listSubscriptions({ signal: this.#signal })
    if (outcome !== 'ok') log.warn({ outcome, error }, 'the subscriptions could not be listed')
    // a list that failed changes nothing; ids that were configured stand in it all the same
    if (outcome === 'ok' || subscriptions.length > 0) {
      this.#subscriptions = subscriptions.map(({ subscriptionId }) => subscriptionId.toLowerCase())
    }
  }

  async #plan(subscriptionIds: readonly string[]): Promise<void> {
    const { book, clock, db, intervals, log } = this.#context
    const [resources, sessions] = await Promise.all([
      listResources(db.pool, { types: [GATEWAYS, CIRCUITS, CONNECTIONS] }),
      sessionsAt(db.pool, { now: clock.now() }),
    ])
    const neighbors = new Map<string, string[]>()
    for (const { kind, resourceId, neighbor, asn, everEstablished, presence } of sessions) {
      if (kind !== 'peers' || asn === GATEWAY_ASN || !everEstablished || presence === 'missing') continue
      const key = resourceId.toLowerCase()
      neighbors.set(key, [...(neighbors.get(key) ?? []), neighbor])
    }
    const listed = resources.filter(({ config, removed }) => config !== null && removed === null)
    const plan = planPolls({ subscriptionIds, resources: listed, neighbors }, intervals)
    const synced = await db.transaction((client) => syncSchedule(client, plan))
    book.planned(plan)
    this.#advertised = new Set(plan.filter(isAdvertised).map(({ resourceId, part }) => advertisedKey(resourceId, part)))
    if (synced.addedOrChanged + synced.removed > 0) log.info({ polls: plan.length, ...synced }, 'planned')
  }
}

function isAdvertised({ kind }: PlannedPoll): boolean {
  return kind === 'advertised'
}

function advertisedKey(resourceId: string, neighbor: string): string {
  return `${resourceId.toLowerCase()}\n${neighbor}`
}
