import { operationsWaiting, pollsInFlight } from './metrics.ts'

/** `wakes`: it has ended, and something may be due before the timetable is read by itself. */
export type StepEnd = { waitMs: number } | { wakes: boolean }

/** A poll from its claim to its end. */
export interface PollInFlight {
  /** aborted: whether or not its wait is over, it takes its last step */
  signal: AbortSignal
  /** a request or a commit; never rejects */
  step(): Promise<StepEnd>
  /** Lets another worker go on with it. Never rejects. */
  handOver(): Promise<void>
  /** Makes it end with its step, so that its signal is aborted. */
  giveUp(): void
  /** Lets go of what it holds; the last that is called. */
  end(): void
}

interface Flight {
  poll: PollInFlight
  /** running while it waits for Azure; null = it is in a step, or about to be */
  timer: NodeJS.Timeout | null
  ended: Promise<void>
  end: () => void
}

/** Takes claimed polls from step to step, so many steps at once. A poll that waits for Azure costs a timer and no place. */
export class PollsInFlight {
  readonly #most: number
  readonly #hasRoom: () => void
  readonly #flights = new Set<Flight>()
  /** in a step */
  #active = 0
  /** whose wait is over, until there is room for their step */
  readonly #ready: Flight[] = []
  #isStopping = false

  /** @param most steps at once; @param hasRoom called when more can be claimed than before */
  constructor(most: number, hasRoom: () => void) {
    this.#most = most
    this.#hasRoom = hasRoom
  }

  /** How many steps may begin beside those that go on. */
  get free(): number {
    return this.#most - this.#active - this.#ready.length
  }

  /** Its first step begins at once: {@link free} says beforehand how many may. */
  begin(poll: PollInFlight): void {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    const flight: Flight = { poll, timer: null, ended, end }
    this.#flights.add(flight)
    // one that waits has nothing else to notice it
    poll.signal.addEventListener('abort', () => this.#isIdle(flight) && this.#go(flight), { once: true })
    this.#go(flight)
  }

  /** Hands over what waits, and from now on what ends a step and is to wait. */
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

  /** Whether it waits for Azure or for room: then no step of it goes on. */
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
