/** The product's interval plan in the virtual day: computed again at the planner's times, and applied. */
import { currentStatePollKinds } from '#lib/contract/index.ts'
import type { PollLoad } from '#lib/history/index.ts'
import type { PostCountingSetting } from '#lib/poller/plan/poll-demands.ts'
import { EMPTY_POLL_PLAN_STATE, planPollIntervals } from '#lib/poller/plan/review-intervals.ts'
import { INTERVAL_REVIEW_MS, MIN_INTERVAL_REVIEW_GAP_MS } from '#lib/poller/plan/planner.ts'
import type { RequestPace } from '#lib/poller/throttle/request-pace.ts'
import type { VirtualDayEventQueue } from './agenda.ts'
import { type VirtualDayPoll, updateMeasuredPollDurations } from './day-poll.ts'
import * as timetable from './timetable.ts'

export interface VirtualDayPlanReviewerOptions {
  agenda: VirtualDayEventQueue
  polls: readonly VirtualDayPoll[]
  /** end of the warm-up, after which changes are counted */
  from: number
  countsPosts: PostCountingSetting
  paces: readonly RequestPace[]
  random: () => number
  /** Reports whether an open incident needs polls of a resource. */
  isOpen: (resourceId: string) => boolean
  /** called when the due time of a poll changes */
  moved: (poll: VirtualDayPoll, now: number) => void
}

export class VirtualDayPlanReviewer {
  readonly #options: VirtualDayPlanReviewerOptions
  #state = EMPTY_POLL_PLAN_STATE
  /** time of the next review */
  #at = Number.POSITIVE_INFINITY
  #lastAt = Number.NEGATIVE_INFINITY
  /** CPU time of the planner, number of runs, and number of changes */
  readonly figures = { runs: 0, cpuMs: 0, changed: 0, changedIntervals: 0 }

  constructor(options: VirtualDayPlanReviewerOptions) {
    this.#options = options
  }

  /** Schedules a review at a time, or as early after the last review as the planner allows. */
  want(at: number): void {
    const soon = Math.max(at, this.#lastAt + MIN_INTERVAL_REVIEW_GAP_MS)
    if (this.#at <= soon) return
    this.#at = soon
    this.#options.agenda.put(soon, (now) => {
      if (this.#at === soon) this.#review(now)
    })
  }

  #review(now: number): void {
    const { polls, countsPosts, paces, random, from, moved } = this.#options
    this.#lastAt = now
    this.#at = Number.POSITIVE_INFINITY
    const begun = process.cpuUsage()
    for (const poll of polls) this.#refresh(poll, now)
    const { intervals, state } = planPollIntervals(
      polls.map(({ load }) => load),
      this.#state,
      { countsPosts, identitiesOf: () => [''] },
    )
    this.#state = state
    for (const pace of paces) pace.noteCounted(state.countsPosts)
    const { user, system } = process.cpuUsage(begun)
    this.figures.runs += 1
    this.figures.cpuMs += (user + system) / 1_000
    let changed = 0
    for (const [i, poll] of polls.entries()) {
      const everySeconds = intervals[i]?.everySeconds ?? poll.everySeconds
      poll.load.reason = (intervals[i]?.plan ?? null) as PollLoad['reason']
      if (everySeconds === poll.everySeconds) continue
      changed += 1
      timetable.changeInterval(poll, everySeconds, random(), now)
      poll.load.everySeconds = everySeconds
      moved(poll, now)
    }
    if (now >= from) {
      this.figures.changedIntervals += changed
      if (changed > 0) this.figures.changed += 1
    }
    this.want(now + INTERVAL_REVIEW_MS)
  }

  #refresh(poll: VirtualDayPoll, now: number): void {
    const { load } = poll
    load.burstSeconds = timetable.isPollInBurst(poll, now) ? poll.burstSeconds : null
    load.isNeeded = this.#options.isOpen(load.resourceId) && currentStatePollKinds.includes(poll.kind as never)
    updateMeasuredPollDurations(poll)
  }
}
