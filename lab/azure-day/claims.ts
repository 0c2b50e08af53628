/**
 * Claims of polls in the virtual day. Workers read the timetable regularly, and each read claims polls that may start.
 */
import { pollKindDefinitions } from '#lib/azure/kinds/index.ts'
import { MAX_PACE_MS } from '#lib/poller/plan/claim-pace.ts'
import { SESSION_POLL_KINDS } from '#lib/poller/plan/schedule-positions.ts'
import type { RequestPace } from '#lib/poller/throttle/request-pace.ts'
import { MAX_CONCURRENT_POLLS } from '#lib/poller/worker.ts'
import type { VirtualDayEventQueue } from './agenda.ts'
import type { VirtualDayPoll } from './day-poll.ts'
import type { VirtualDayClock, VirtualDayRequestRunner } from './requests.ts'
import * as timetable from './timetable.ts'

export interface PollClaimSimulationOptions {
  agenda: VirtualDayEventQueue
  moment: VirtualDayClock
  requests: VirtualDayRequestRunner
  /** request pace of each worker */
  paces: readonly RequestPace[]
}

type Unit = timetable.ResourcePollTimetable | VirtualDayPoll

export class PollClaimSimulation {
  readonly #options: PollClaimSimulationOptions
  readonly #ticks = new Map<number, Set<Unit>>()
  readonly #everyMs: number

  constructor(options: PollClaimSimulationOptions) {
    this.#options = options
    this.#everyMs = MAX_PACE_MS / options.paces.length
  }

  /**
   * Schedules the next claim of a poll: the first read of the timetable at or after a time. If the poll shares a
   * resource with other polls, the claim is scheduled for the resource.
   */
  watch(poll: VirtualDayPoll, at: number): void {
    this.#tickAt(poll.resource ?? poll, at)
  }

  /** Reschedules the claim of a poll whose due time changed, unless the poll is running. */
  moved(poll: VirtualDayPoll, now: number): void {
    if (!poll.isLeased) this.watch(poll, Math.max(now, poll.nextAt))
  }

  #tickAt(unit: Unit, at: number): void {
    if (at === Number.POSITIVE_INFINITY) return
    const tick = Math.ceil(at / this.#everyMs) * this.#everyMs
    const units = this.#ticks.get(tick)
    if (units) {
      units.add(unit)
      return
    }
    this.#ticks.set(tick, new Set([unit]))
    this.#options.agenda.put(tick, (now) => this.#tick(now))
  }

  async #tick(now: number): Promise<void> {
    const { moment, requests, paces } = this.#options
    const units = this.#ticks.get(now) ?? []
    this.#ticks.delete(now)
    moment.now = now
    const pace = this.#paceAt(now)
    const crowded = new Set(pace.crowded())
    const found: { entry: VirtualDayPoll }[] = []
    for (const unit of units) {
      const entry =
        'entries' in unit ? timetable.findTurn(unit, SESSION_POLL_KINDS, now) : isDue(unit, now) ? unit : null
      if (entry) {
        const poll = entry as VirtualDayPoll
        if (pollKindDefinitions[poll.kind].operation && crowded.has(poll.load.subscriptionId))
          this.#tickAt(unit, now + 1)
        else found.push({ entry: poll })
      } else if ('entries' in unit) {
        if (!unit.entries.some(({ isLeased }) => isLeased))
          this.#tickAt(unit, timetable.computeNextResourceCheckTime(unit, now))
      } else if (!unit.isLeased) this.#tickAt(unit, unit.nextAt)
    }
    const room = MAX_CONCURRENT_POLLS * paces.length - requests.active
    for (const [n, { entry }] of timetable.sortByClaimOrder(found, now).entries()) {
      if (n < room) await this.#begin(entry, now, pace)
      else this.watch(entry, now + 1)
    }
  }

  /** Returns the pace of the worker whose turn it is. The workers read the timetable in turn. */
  #paceAt(now: number): RequestPace {
    const { paces } = this.#options
    const pace = paces[Math.round(now / this.#everyMs) % paces.length]
    if (!pace) throw new Error('there is no worker')
    return pace
  }

  async #begin(poll: VirtualDayPoll, now: number, pace: RequestPace): Promise<void> {
    timetable.markPollAsClaimed(poll, now)
    const { nextAt, everySeconds } = poll
    await this.#options.requests.begin(poll, { nextAt, everySeconds, startedAt: now, pace, turns: {} }, now)
  }
}

const isDue = (poll: VirtualDayPoll, now: number) => !poll.isLeased && poll.nextAt <= now
