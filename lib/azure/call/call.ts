import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { type ArmBudget, correctForClockStep, type DatingClock, type EpochMs } from '#lib/contract/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import { updateBudget } from '../budget.ts'
import type { Beginning } from '../types.ts'

/** A complete response as received. Header names are lower case. */
export interface CallAnswer {
  method: string
  url: string
  status: number
  header(name: string): string | undefined
  body: string
}

/**
 * Minimum remaining time for sending a request, in milliseconds, because a timer may fire up to two milliseconds before
 * the deadline.
 */
const MIN_MS = 2

/** One SDK operation and its last response. `last` is null while a request is pending, or if there was no response. */
export interface Conversation {
  call: Call
  last: CallAnswer | null
}

const conversations = new AsyncLocalStorage<Conversation>()

/** Runs `operation` so that every request it makes, at any depth in the SDK, can find its call. */
export function runInConversation<T>(
  call: Call,
  operation: (conversation: Conversation) => Promise<T>,
): { conversation: Conversation; done: Promise<T> } {
  const conversation: Conversation = { call, last: null }
  return { conversation, done: conversations.run(conversation, () => operation(conversation)) }
}

/**
 * Returns the conversation of the current asynchronous context.
 * @throws Error if no call is in progress, because each request must belong to a call
 */
export function currentConversation(): Conversation {
  const conversation = conversations.getStore()
  if (!conversation) throw new Error('a request to Azure outside of any call')
  return conversation
}

interface CallOptions {
  clock: Clock
  /** deadline of the call, in milliseconds after its first request */
  deadlineMs: number
  /** the start of the call in another process or step, if it continues; absent = the call begins now */
  begun?: Beginning | undefined
  /** called before each request is sent; an error that it throws ends the call */
  beforeRequest?: (() => void) | undefined
  /** signals of the caller and of the client; aborting any of them ends the call with an AbortError */
  signals: readonly (AbortSignal | undefined)[]
}

/** Abort reason shared by all calls, because creating a DOMException takes longer than the rest of `end`. */
const ENDED = new DOMException('the call has ended', 'AbortError')

/**
 * One poll, or the part of a poll between two waits, with its correlation ID, deadline and times, and the ARM budget
 * that its responses reported.
 */
export class Call {
  readonly correlationId: string
  readonly deadlineMs: number
  readonly signal: AbortSignal
  budget: ArmBudget | null
  readonly #clock: Clock
  readonly #beforeRequest: (() => void) | undefined
  readonly #stop = new AbortController()
  readonly #callers: AbortSignal[]
  readonly #timer: NodeJS.Timeout
  #wallStart: EpochMs
  #dating: DatingClock | undefined
  #monotonicStart: number
  #sent: boolean
  #lastByte: number | null = null

  constructor({ clock, deadlineMs, signals, begun, beforeRequest }: CallOptions) {
    this.#clock = clock
    this.#beforeRequest = beforeRequest
    this.correlationId = begun?.correlationId ?? randomUUID()
    this.budget = begun?.budget ?? null
    this.deadlineMs = deadlineMs
    this.#callers = signals.filter((signal) => signal !== undefined)
    this.signal = AbortSignal.any([this.#stop.signal, ...this.#callers])
    const left = deadlineMs - (begun?.ageMs ?? 0)
    this.#timer = setTimeout(() => this.#stop.abort(), Math.max(0, left))
    if (left < MIN_MS) this.#stop.abort()
    this.#sent = begun !== undefined
    this.#wallStart = begun?.startedAt ?? clock.now()
    this.#dating = begun ? begun.clock : clock.dating?.()
    this.#monotonicStart = clock.monotonic() - (begun?.ageMs ?? 0)
  }

  /** Reports whether a signal of the caller or the client aborted the call (and not the deadline). */
  get abandoned(): boolean {
    return this.#callers.some((signal) => signal.aborted)
  }

  /** Returns the wall clock time, for comparison with Azure's dates. */
  now(): EpochMs {
    return this.#clock.now()
  }

  /**
   * Returns milliseconds of the monotonic clock, for waits, because a wall clock that is set back would prolong them.
   */
  monotonic(): number {
    return this.#clock.monotonic()
  }

  /** Records that a request is about to be sent. The first request gives the observation its start time. */
  requestLeaves(): void {
    this.#beforeRequest?.()
    if (this.#sent) return
    this.#sent = true
    this.#wallStart = this.#clock.now()
    this.#dating = this.#clock.dating?.()
    this.#monotonicStart = this.#clock.monotonic()
  }

  /** Milliseconds since the first request left. */
  get ageMs(): number {
    return this.#clock.monotonic() - this.#monotonicStart
  }

  /** The start of the call, for the process that resumes it. */
  get beginning(): Omit<Beginning, 'ageMs'> {
    return {
      startedAt: Math.floor(this.#wallStart),
      ...(this.#dating && { clock: this.#dating }),
      correlationId: this.correlationId,
      budget: this.budget,
    }
  }

  answerRead(answer: CallAnswer): void {
    this.#lastByte = this.#clock.monotonic()
    this.budget = updateBudget(this.budget, answer)
  }

  /**
   * Returns when the first request was sent and when the last byte was read, with the clock that was used. The sample
   * was taken between these times. The end is the start plus monotonic time, so that a wall clock step cannot put the
   * end before the start. If the clock was corrected meanwhile, both times use the corrected clock.
   */
  span(ok: boolean): { startedAt: EpochMs; finishedAt: EpochMs; clock?: DatingClock } {
    const end = ok && this.#lastByte !== null ? this.#lastByte : this.#clock.monotonic()
    const begun = { startedAt: Math.floor(this.#wallStart), clock: this.#dating }
    const { startedAt, clock } = correctForClockStep(begun, this.#clock.dating?.())
    const finishedAt = startedAt + Math.ceil(end - this.#monotonicStart)
    return { startedAt, finishedAt, ...(clock && { clock }) }
  }

  /** Aborts all requests that are still running and stops the deadline's timer. */
  end(): void {
    clearTimeout(this.#timer)
    this.#stop.abort(ENDED)
  }
}
