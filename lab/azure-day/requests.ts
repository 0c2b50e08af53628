/**
 * Azure requests of the polls in the virtual day. Each request waits for its turn in the budgets. A POST starts an
 * operation, which is polled until it ends.
 */
import { pollKindDefinitions } from '#lib/azure/kinds/index.ts'
import { DISCOVERY_READS_PER_SECOND } from '#lib/azure/kinds/inventory/discovery-slots.ts'
import type { PollObservation } from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { MAX_OPERATION_MS } from '#lib/poller/plan/poll-deadlines.ts'
import type { RequestPace, RequestBudgetSide, LastPermissionsBySide } from '#lib/poller/throttle/request-pace.ts'
import type { VirtualDayEventQueue } from './agenda.ts'
import type { VirtualDayPoll } from './day-poll.ts'
import type { VirtualDayEstate, VirtualDayPollLoad } from './estate.ts'
import type { VirtualDayAzure } from './virtual-azure.ts'

/** Time from a request to its response, without the run time of an operation. */
const ROUND_TRIP_MS = 150
const DATA_PLANE_MS = 500
/** Number of GETs in one poll of the Activity Log. */
const ACTIVITY_READS = 4

/** A poll from its claim to its end. */
export interface ClaimedPollRun {
  /** time at which the poll was due */
  nextAt: number
  everySeconds: number
  /** start of the poll; for an operation, the time at which the POST was sent */
  startedAt: number
  /** request pace of the worker that claimed the poll */
  pace: RequestPace
  turns: LastPermissionsBySide
}

/** Final result of a poll. */
export interface FinalPollResult {
  outcome: PollObservation['outcome']
  error?: PollObservation['error']
  /** time at which the returned data was true */
  sampleAt: number
}

/** Clock of the virtual day. */
export interface VirtualDayClock {
  now: number
}

export interface VirtualDayRequestRunnerOptions {
  azure: VirtualDayAzure
  agenda: VirtualDayEventQueue
  moment: VirtualDayClock
  inventoryReads: VirtualDayEstate['inventoryReads']
  /** called when the first request of a poll is sent */
  started(poll: VirtualDayPoll, at: number): void
  ended(poll: VirtualDayPoll, claim: ClaimedPollRun, at: number, end: FinalPollResult): void | Promise<void>
}

type Finish = (at: number, end: FinalPollResult) => void

export class VirtualDayRequestRunner {
  readonly #options: VirtualDayRequestRunnerOptions
  #active = 0

  constructor(options: VirtualDayRequestRunnerOptions) {
    this.#options = options
  }

  /** Number of polls that currently occupy a worker. Polls that wait for Azure or for a budget do not count. */
  get active(): number {
    return this.#active
  }

  /** Starts a claimed poll. */
  async begin(poll: VirtualDayPoll, claim: ClaimedPollRun, now: number): Promise<void> {
    this.#active += 1
    const { load, kind } = poll
    const finish: Finish = (at, end) =>
      this.#options.agenda.put(at, (then) => {
        this.#active -= 1
        this.#options.moment.now = then
        return this.#options.ended(poll, claim, then, end)
      })
    const reads = readsOf(load, this.#options.inventoryReads)
    if (pollKindDefinitions[kind].operation) {
      await this.#inTurn(claim, load, { side: 'writes', now }, (at) => this.#operate(poll, claim, at, finish))
    } else if (reads === 0) {
      this.#options.started(poll, now)
      finish(now + DATA_PLANE_MS, { outcome: 'ok', sampleAt: now })
    } else {
      await this.#inTurn(claim, load, { side: 'reads', requests: reads, now }, (at) => {
        claim.startedAt = at
        this.#read(poll, reads, at, finish)
      })
    }
  }

  #read(poll: VirtualDayPoll, reads: number, now: number, finish: Finish): void {
    const { azure, agenda, started } = this.#options
    started(poll, now)
    const step = (n: number, at: number): void => {
      const refusal = azure.ask(poll.load, 'reads', at)
      if (refusal) finish(at + ROUND_TRIP_MS, { outcome: refusal.outcome, error: refusal.error, sampleAt: at })
      else if (n + 1 < reads) {
        const next = at + Math.max(ROUND_TRIP_MS, MS_PER_SECOND / DISCOVERY_READS_PER_SECOND)
        agenda.put(next, (then) => step(n + 1, then))
      } else finish(at + ROUND_TRIP_MS, { outcome: 'ok', sampleAt: at })
    }
    step(0, now)
  }

  #operate(poll: VirtualDayPoll, claim: ClaimedPollRun, now: number, finish: Finish): void {
    const { azure, agenda, started } = this.#options
    const { load } = poll
    claim.startedAt = now
    started(poll, now)
    const takesMs = azure.runTime(load, now)
    const readyAt = now + takesMs
    const sampleAt = now + takesMs / 2
    const refusal = azure.ask(load, 'writes', now, readyAt)
    if (refusal) {
      finish(now + ROUND_TRIP_MS, { outcome: refusal.outcome, error: refusal.error, sampleAt: now })
      return
    }
    const check = (at: number): void => {
      if (at - now >= MAX_OPERATION_MS) {
        finish(at, { outcome: 'timeout', sampleAt })
        return
      }
      const refused = azure.ask(load, 'reads', at)
      if (refused) finish(at + ROUND_TRIP_MS, { outcome: refused.outcome, error: refused.error, sampleAt })
      else if (at >= readyAt) finish(at + ROUND_TRIP_MS, { outcome: 'ok', sampleAt })
      else wait(at)
    }
    const wait = (at: number) => {
      // while Azure runs the operation, the poll keeps its lease but does not occupy a worker
      agenda.put(at + ROUND_TRIP_MS, () => {
        this.#active -= 1
      })
      const next = Math.min(at + ROUND_TRIP_MS + azure.retryAfterMs, now + MAX_OPERATION_MS)
      agenda.put(next, (then) => {
        this.#active += 1
        return this.#inTurn(claim, load, { side: 'reads', now: then }, check)
      })
    }
    wait(now)
  }

  /**
   * Sends a request as soon as the budgets allow it. While it waits, the poll keeps its lease but does not occupy a
   * worker.
   */
  async #inTurn(
    claim: ClaimedPollRun,
    load: VirtualDayPollLoad,
    { side, requests = 1, now }: { side: RequestBudgetSide; requests?: number; now: number },
    leave: (at: number) => void,
  ): Promise<void> {
    const { agenda, moment } = this.#options
    moment.now = now
    const turn = await claim.pace.take(getSubscriptionAndRegionOfPoll(load), side, requests)
    claim.turns[side] = turn
    if (turn.waitMs === 0) {
      leave(now)
      return
    }
    this.#active -= 1
    agenda.put(now + turn.waitMs, async (at) => {
      this.#active += 1
      moment.now = at
      const isRefused = await claim.pace.isRefused(getSubscriptionAndRegionOfPoll(load), side)
      if (isRefused) await this.#inTurn(claim, load, { side, requests, now: at }, leave)
      else leave(at)
    })
  }
}

/** Returns the subscription and region whose budgets count the requests of a poll. */
export const getSubscriptionAndRegionOfPoll = ({ subscriptionId, region }: VirtualDayPollLoad) => ({
  subscriptionId,
  region: async () => region,
})

/**
 * Returns the number of GETs of a poll that is not an operation. Metrics need none, because they are read from the data
 * plane, which these budgets do not count.
 */
function readsOf(
  { kind, subscriptionId }: VirtualDayPollLoad,
  inventoryReads: VirtualDayEstate['inventoryReads'],
): number {
  if (kind === 'metrics') return 0
  if (kind === 'inventory') return inventoryReads.get(subscriptionId) ?? 1
  return kind === 'activity' ? ACTIVITY_READS : 1
}
