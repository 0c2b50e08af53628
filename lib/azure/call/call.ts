import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import {
  type RemainingArmRequests,
  correctForClockStep,
  type PollMachineClock,
  type EpochMs,
} from '#lib/contract/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import { updateBudget } from '../budget.ts'
import type { PollStart } from '../types.ts'

/** Complete HTTP response as it was received. Header names are in lower case. */
export interface ArmResponse {
  method: string
  url: string
  status: number
  header(name: string): string | undefined
  /** Returns all headers with lower-case names. */
  headers(): Readonly<Record<string, string>>
  body: string
}

/**
 * Minimum time in milliseconds that must remain until the deadline for sending a request. A timer may fire up to two
 * milliseconds early.
 */
const MIN_MS = 2

/**
 * Operation of the SDK, which may consist of several requests. `last` is its last response; null = a request is
 * pending, or there was no response.
 */
export interface AzureSdkOperation {
  call: AzurePollContext
  last: ArmResponse | null
}

const conversations = new AsyncLocalStorage<AzureSdkOperation>()

/** Runs `operation` so that every request in it can find its call, however deep in the SDK the request is made. */
export function runInSdkOperation<T>(
  call: AzurePollContext,
  operation: (conversation: AzureSdkOperation) => Promise<T>,
): { conversation: AzureSdkOperation; done: Promise<T> } {
  const conversation: AzureSdkOperation = { call, last: null }
  return { conversation, done: conversations.run(conversation, () => operation(conversation)) }
}

/**
 * Returns the {@link AzureSdkOperation} in which the caller runs.
 * @throws Error if there is none, because every request must belong to a call
 */
export function getCurrentSdkOperation(): AzureSdkOperation {
  const conversation = conversations.getStore()
  if (!conversation) throw new Error('a request to Azure outside of any call')
  return conversation
}

interface CallOptions {
  clock: Clock
  /** deadline of the call, in milliseconds after its first request */
  deadlineMs: number
  /** start of the poll, if another process or an earlier step has begun it; absent = the poll begins now */
  begun?: PollStart | undefined
  /** called before each request is sent; an error that it throws ends the call */
  beforeRequest?: (() => void) | undefined
  /** signals of the caller and of the client. If one of them is aborted, the call ends with an AbortError */
  signals: readonly (AbortSignal | undefined)[]
}

/**
 * Reason with which finished calls are aborted. It is created only once, because creating a DOMException takes longer
 * than everything else that `end` does.
 */
const ENDED = new DOMException('the call has ended', 'AbortError')

/**
 * Poll, or the part of a poll between two waits. It has the correlation ID, the deadline, the times and the remaining
 * request budgets that its responses reported.
 */
export class AzurePollContext {
  readonly correlationId: string
  readonly deadlineMs: number
  readonly signal: AbortSignal
  budget: RemainingArmRequests | null
  readonly #clock: Clock
  readonly #beforeRequest: (() => void) | undefined
  readonly #stop = new AbortController()
  readonly #callers: AbortSignal[]
  readonly #timer: NodeJS.Timeout
  #wallStart: EpochMs
  #dating: PollMachineClock | undefined
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

  /** Reports whether the caller or the client aborted the call. False if only the deadline has passed. */
  get abandoned(): boolean {
    return this.#callers.some((signal) => signal.aborted)
  }

  /** Returns the time of the wall clock, which is comparable with dates in Azure's responses. */
  now(): EpochMs {
    return this.#clock.now()
  }

  /**
   * Returns milliseconds of the monotonic clock. Waits use it, because they would become longer if the wall clock were
   * set back.
   */
  monotonic(): number {
    return this.#clock.monotonic()
  }

  /** Records that a request is about to be sent. The first request determines the start time of the observation. */
  requestLeaves(): void {
    this.#beforeRequest?.()
    if (this.#sent) return
    this.#sent = true
    this.#wallStart = this.#clock.now()
    this.#dating = this.#clock.dating?.()
    this.#monotonicStart = this.#clock.monotonic()
  }

  /** Milliseconds since the first request was sent. */
  get ageMs(): number {
    return this.#clock.monotonic() - this.#monotonicStart
  }

  /** Data about the start of the poll, for a process that continues the poll later. */
  get beginning(): Omit<PollStart, 'ageMs'> {
    return {
      startedAt: Math.floor(this.#wallStart),
      ...(this.#dating && { clock: this.#dating }),
      correlationId: this.correlationId,
      budget: this.budget,
    }
  }

  answerRead(answer: ArmResponse): void {
    this.#lastByte = this.#clock.monotonic()
    this.budget = updateBudget(this.budget, answer)
  }

  /**
   * Returns the times between which the polled state existed: from sending the first request to reading the last byte.
   * The end is computed from the start with the monotonic clock, so that it is never before the start, even if the wall
   * clock is set. If the wall clock was set during the call, both times are corrected to the new wall clock.
   * @param ok false = the call failed, so the end is now
   */
  span(ok: boolean): { startedAt: EpochMs; finishedAt: EpochMs; clock?: PollMachineClock } {
    const end = ok && this.#lastByte !== null ? this.#lastByte : this.#clock.monotonic()
    const begun = { startedAt: Math.floor(this.#wallStart), clock: this.#dating }
    const { startedAt, clock } = correctForClockStep(begun, this.#clock.dating?.())
    const finishedAt = startedAt + Math.ceil(end - this.#monotonicStart)
    return { startedAt, finishedAt, ...(clock && { clock }) }
  }

  /** Aborts the requests that are still running, and stops the timer of the deadline. */
  end(): void {
    clearTimeout(this.#timer)
    this.#stop.abort(ENDED)
  }
}
