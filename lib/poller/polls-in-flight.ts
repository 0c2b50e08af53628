import { waitingAzureOperationsGauge, pollsInFlight } from './metrics.ts'

/**
 * Result of a step of a poll. `waitMs` = the poll continues after this time. `wakes` = the poll has ended; if true,
 * read the schedule soon, because another poll may be due.
 */
export type PollStepEnd = { waitMs: number } | { wakes: boolean }

/** A claimed poll, with the functions by which {@link PollsInFlight} runs it. */
export interface PollInFlight {
  /** If the signal aborts, the poll runs its last step immediately, even if it was waiting. */
  signal: AbortSignal
  /** Runs the next step, such as a request or the commit. Never rejects. */
  step(): Promise<PollStepEnd>
  /** Releases the poll, so that another worker continues it. Never rejects. */
  handOver(): Promise<void>
  /** Aborts the signal, so that the current step is the last one. */
  giveUp(): void
  /** Frees everything that the poll uses; called last. */
  end(): void
}

interface Flight {
  poll: PollInFlight
  /** Timer of the current wait for Azure; null = a step is running or about to begin. */
  timer: NodeJS.Timeout | null
  ended: Promise<void>
  end: () => void
}

/**
 * Runs claimed polls step by step. The number of steps that run at the same time is limited. A poll that waits for
 * Azure runs no step, so it does not count for this limit.
 */
export class PollsInFlight {
  readonly #most: number
  readonly #hasRoom: () => void
  readonly #flights = new Set<Flight>()
  /** Number of running steps. */
  #active = 0
  /** Polls whose wait is over, but whose next step must wait because too many steps are running. */
  readonly #ready: Flight[] = []
  #isStopping = false

  /**
   * Creates a runner without polls.
   * @param most maximum number of steps at the same time
   * @param hasRoom called when more polls may be claimed than before
   */
  constructor(most: number, hasRoom: () => void) {
    this.#most = most
    this.#hasRoom = hasRoom
  }

  /** Number of further polls that may begin now. */
  get free(): number {
    return this.#most - this.#active - this.#ready.length
  }

  /** Begins a poll. The caller must check {@link free} first. */
  begin(poll: PollInFlight): void {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    const flight: Flight = { poll, timer: null, ended, end }
    this.#flights.add(flight)
    // a poll that waits has no running step that would notice the abort, so start its last step
    poll.signal.addEventListener('abort', () => this.#isIdle(flight) && this.#go(flight), { once: true })
    this.#go(flight)
  }

  /**
   * Releases all waiting polls to other workers. From now on, a poll is also released when its step ends with a wait.
   */
  stop(): void {
    this.#isStopping = true
    for (const flight of this.#flights) if (this.#isIdle(flight)) void this.#handOver(flight)
  }

  giveUpAll(): void {
    for (const { poll } of this.#flights) poll.giveUp()
  }

  async allEnded(): Promise<void> {
    await Promise.all([...this.#flights].map(({ ended }) => ended))
  }

  /** Reports whether none of the poll's steps is running, because it waits for Azure or for a free place. */
  #isIdle(flight: Flight): boolean {
    return flight.timer !== null || this.#ready.includes(flight)
  }

  #go(flight: Flight): void {
    this.#unqueue(flight)
    this.#active += 1
    this.#note()
    void this.#advance(flight)
  }

  async #advance(flight: Flight): Promise<void> {
    const result = await flight.poll.step()
    const wasFull = this.free <= 0
    this.#active -= 1
    if ('waitMs' in result) {
      if (this.#isStopping) void this.#handOver(flight)
      else this.#wait(flight, result.waitMs)
    } else {
      this.#end(flight)
      if (result.wakes || wasFull) this.#hasRoom()
    }
    const next = this.#ready[0]
    if (next && this.#active < this.#most) this.#go(next)
    this.#note()
  }

  #wait(flight: Flight, ms: number): void {
    flight.timer = setTimeout(() => {
      flight.timer = null
      if (this.free > 0) this.#go(flight)
      else this.#ready.push(flight)
    }, ms)
  }

  async #handOver(flight: Flight): Promise<void> {
    this.#unqueue(flight)
    await flight.poll.handOver()
    this.#end(flight)
  }

  #end(flight: Flight): void {
    flight.poll.end()
    this.#flights.delete(flight)
    flight.end()
  }

  #unqueue(flight: Flight): void {
    if (flight.timer) clearTimeout(flight.timer)
    flight.timer = null
    const at = this.#ready.indexOf(flight)
    if (at >= 0) this.#ready.splice(at, 1)
  }

  #note(): void {
    pollsInFlight.set(this.#flights.size)
    waitingAzureOperationsGauge.set(this.#flights.size - this.#active)
  }
}
