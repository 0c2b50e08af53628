import { operationsWaiting, pollsInFlight } from './metrics.ts'

/**
 * The end of a step. `wakes`: the poll has ended, and another poll may be due before the next regular read of the
 * schedule.
 */
export type StepEnd = { waitMs: number } | { wakes: boolean }

/** A poll from its claim to its end. */
export interface PollInFlight {
  /** if it is aborted, the poll takes its last step, even during a wait */
  signal: AbortSignal
  /** runs a request or a commit; never rejects */
  step(): Promise<StepEnd>
  /** Lets another worker continue the poll. Never rejects. */
  handOver(): Promise<void>
  /** Aborts the signal, so that the poll ends with its current step. */
  giveUp(): void
  /** Releases the poll's resources. It is the last call. */
  end(): void
}

interface Flight {
  poll: PollInFlight
  /** timer of a wait for Azure; null = in a step, or about to begin one */
  timer: NodeJS.Timeout | null
  ended: Promise<void>
  end: () => void
}

/**
 * Runs claimed polls step by step, with a limited number of parallel steps. A poll that waits for Azure uses only a
 * timer and does not count.
 */
export class PollsInFlight {
  readonly #most: number
  readonly #hasRoom: () => void
  readonly #flights = new Set<Flight>()
  /** number of polls in a step */
  #active = 0
  /** polls whose wait has ended but that must wait for a free place */
  readonly #ready: Flight[] = []
  #isStopping = false

  /**
   * Creates a runner without polls.
   * @param most maximum number of parallel steps
   * @param hasRoom called when more polls can be claimed than before
   */
  constructor(most: number, hasRoom: () => void) {
    this.#most = most
    this.#hasRoom = hasRoom
  }

  /** Number of steps that may begin in addition to the running ones. */
  get free(): number {
    return this.#most - this.#active - this.#ready.length
  }

  /** Begins a poll's first step immediately. The caller must check {@link free} before. */
  begin(poll: PollInFlight): void {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    const flight: Flight = { poll, timer: null, ended, end }
    this.#flights.add(flight)
    // a waiting poll has no running step that would notice the abort
    poll.signal.addEventListener('abort', () => this.#isIdle(flight) && this.#go(flight), { once: true })
    this.#go(flight)
  }

  /** Hands over all waiting polls, and from now on each poll whose step ends with a wait. */
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

  /** Reports whether a poll waits for Azure or for a free place, so that none of its steps is running. */
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
    operationsWaiting.set(this.#flights.size - this.#active)
  }
}
