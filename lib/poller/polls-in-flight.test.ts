import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PollsInFlight, type PollInFlight, type PollStepEnd } from './polls-in-flight.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const ENDS: PollStepEnd = { wakes: false }

/** A poll whose steps end on command; its history is in `log`. */
class TestPoll implements PollInFlight {
  readonly #abort = new AbortController()
  readonly signal = this.#abort.signal
  readonly log: string[] = []
  #endStep: ((end: PollStepEnd) => void) | null = null

  step(): Promise<PollStepEnd> {
    this.log.push('step')
    return new Promise((resolve) => (this.#endStep = resolve))
  }

  async handOver(): Promise<void> {
    this.log.push('handed over')
  }

  giveUp(): void {
    this.#abort.abort()
  }

  end(): void {
    this.log.push('ended')
  }

  get isInStep(): boolean {
    return this.#endStep !== null
  }

  async endStep(end: PollStepEnd): Promise<void> {
    this.#endStep?.(end)
    this.#endStep = null
    await vi.advanceTimersByTimeAsync(0)
  }
}

function begun(most: number, count: number) {
  const hasRoom = vi.fn()
  const polls = new PollsInFlight(most, hasRoom)
  const all = Array.from({ length: count }, () => new TestPoll())
  for (const poll of all) polls.begin(poll)
  const [first = new TestPoll(), second = new TestPoll()] = all
  return { polls, hasRoom, first, second }
}

describe('polls in flight', () => {
  it('that wait for Azure take no place, and go on when their wait is over', async () => {
    const { polls, first, second } = begun(2, 2)
    expect(polls.free).toBe(0)
    await first.endStep({ waitMs: 10_000 })
    await second.endStep({ waitMs: 20_000 })
    expect(polls.free).toBe(2)
    await vi.advanceTimersByTimeAsync(10_000)
    expect([first.log, second.log]).toEqual([['step', 'step'], ['step']])
  })

  it('whose wait is over wait for room, in turn', async () => {
    const { polls, first, second } = begun(1, 1)
    await first.endStep({ waitMs: 10 })
    polls.begin(second)
    await vi.advanceTimersByTimeAsync(10)
    expect([polls.free, first.isInStep]).toEqual([-1, false])
    await second.endStep(ENDS)
    expect([polls.free, first.isInStep]).toEqual([0, true])
  })

  it.each([
    { end: { wakes: true }, most: 2, calls: 1 },
    { end: { wakes: false }, most: 2, calls: 0 },
    { end: { wakes: false }, most: 1, calls: 1 },
    { end: { waitMs: 1 }, most: 1, calls: 0 },
  ])('say that there is room: $end with $most at once, $calls times', async ({ end, most, calls }) => {
    const { hasRoom, first } = begun(most, 1)
    await first.endStep(end)
    expect(hasRoom).toHaveBeenCalledTimes(calls)
  })

  it('that wait take a last step when they are given up', async () => {
    const { first } = begun(1, 1)
    await first.endStep({ waitMs: 10_000 })
    first.giveUp()
    expect(first.isInStep).toBe(true)
    await first.endStep(ENDS)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(first.log).toEqual(['step', 'step', 'ended'])
  })

  it('are handed over on stop as soon as they wait, and end with their step otherwise', async () => {
    const { polls, first, second } = begun(3, 2)
    const third = new TestPoll()
    polls.begin(third)
    await first.endStep({ waitMs: 10_000 })
    polls.stop()
    const ended = vi.fn()
    void polls.allEnded().then(ended)
    await second.endStep({ waitMs: 10_000 })
    expect([first.log, second.log, third.log]).toEqual([
      ['step', 'handed over', 'ended'],
      ['step', 'handed over', 'ended'],
      ['step'],
    ])
    expect(ended).not.toHaveBeenCalled()
    polls.giveUpAll()
    expect(third.signal.aborted).toBe(true)
    await third.endStep(ENDS)
    expect(ended).toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('are never more in a step than may be, and each ends once', async () => {
    const waits = fc.array(fc.array(fc.nat({ max: 5 }), { maxLength: 4 }), { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(waits, fc.integer({ min: 1, max: 3 }), async (lists, most) => {
        const polls = new PollsInFlight(most, () => {})
        const waiting = lists.map((list) => ({ poll: new TestPoll(), left: [...list] }))
        const queue = [...waiting]
        for (let round = 0; round < 500; round++) {
          while (polls.free > 0 && queue.length > 0) polls.begin((queue.shift() ?? never()).poll)
          const inStep = waiting.filter(({ poll }) => poll.isInStep)
          expect(inStep.length).toBeLessThanOrEqual(most)
          const next = inStep[round % Math.max(1, inStep.length)]
          const ms = next?.left.shift()
          await next?.poll.endStep(ms === undefined ? ENDS : { waitMs: ms })
          await vi.advanceTimersByTimeAsync(1)
          if (waiting.every(({ poll }) => poll.log.includes('ended'))) break
        }
        expect(waiting.map(({ poll }) => poll.log)).toEqual(
          lists.map((list) => [...Array.from({ length: list.length + 1 }, () => 'step'), 'ended']),
        )
      }),
      { numRuns: 50 },
    )
  })
})

function never(): never {
  throw new Error('the queue is not empty')
}
