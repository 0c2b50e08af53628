import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { type ArmBudget, correctForClockStep, type DatingClock, type EpochMs } from '#lib/contract/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import { budgetAfter } from '../budget.ts'
import type { Beginning } from '../types.ts'

/** A complete answer as it came over the wire. Header names are lower case. */
export interface CallAnswer {
  method: string
  url: string
  status: number
  header(name: string): string | undefined
  body: string
}

/** With less than this left no request leaves: a timer set to the deadline fires up to two milliseconds before it. */
const MIN_MS = 2

/** One operation of the SDK and the last answer that it got; null while a request is out, or when it got none. */
export interface Conversation {
  call: Call
  last: CallAnswer | null
}

const conversations = new AsyncLocalStorage<Conversation>()

/** Runs `operation` so that every request it makes, however deep in the SDK, knows its call. */
export function converse<T>(
  call: Call,
  operation: (conversation: Conversation) => Promise<T>,
): { conversation: Conversation; done: Promise<T> } {
  const conversation: Conversation = { call, last: null }
  return { conversation, done: conversations.run(conversation, () => operation(conversation)) }
}

/** @throws if no call is in progress: a request belongs to a call or is not sent */
export function currentConversation(): Conversation {
  const conversation = conversations.getStore()
  if (!conversation) throw new Error('a request to Azure outside of any call')
  return conversation
}

interface CallOptions {
  clock: Clock
  /** from the first request */
  deadlineMs: number
  /** absent = it begins now */
  begun?: Beginning | undefined
  /** called before each request leaves; what it throws ends the call */
  beforeRequest?: (() => void) | undefined
  /** caller's and client's own; aborting any ends the call with an AbortError */
  signals: readonly (AbortSignal | undefined)[]
}

/** One for all calls: making one takes longer than all else that an end does. */
const ENDED = new DOMException('the call has ended', 'AbortError')

/** One poll, or the part of it without a wait: its identity, its deadline, its times and what it learned of ARM's budget. */
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

  /** Whether the caller, and not the deadline, ended it. */
  get abandoned(): boolean {
    return this.#callers.some((signal) => signal.aborted)
  }

  /** Wall clock, for what Azure dates. */
  now(): EpochMs {
    return this.#clock.now()
  }

  /** Milliseconds of the monotonic clock, for waits: a wall clock that is set back would prolong them. */
  monotonic(): number {
    return this.#clock.monotonic()
  }

  /** A request is about to leave. The first one dates the observation. */
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

  /** How it began, for whoever goes on with it. */
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
    this.budget = budgetAfter(this.budget, answer)
  }

  /**
   * When the first request left, by which clock, and when the last byte was read: the sample lies between. The end is the start plus
   * monotonic time, so that a step of the wall clock can't turn the bounds around. A clock that was set in between dates both as it says now.
   */
  span(ok: boolean): { startedAt: EpochMs; finishedAt: EpochMs; clock?: DatingClock } {
    const end = ok && this.#lastByte !== null ? this.#lastByte : this.#clock.monotonic()
    const begun = { startedAt: Math.floor(this.#wallStart), clock: this.#dating }
    const { startedAt, clock } = correctForClockStep(begun, this.#clock.dating?.())
    const finishedAt = startedAt + Math.ceil(end - this.#monotonicStart)
    return { startedAt, finishedAt, ...(clock && { clock }) }
  }

  /** Stops whatever is still running and releases the deadline's timer. */
  end(): void {
    clearTimeout(this.#timer)
    this.#stop.abort(ENDED)
  }
}
