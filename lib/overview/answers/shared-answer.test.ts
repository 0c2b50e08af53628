import { describe, expect, it, vi } from 'vitest'
import { ComputationTimeoutError, SharedResponseComputation } from './shared-answer.ts'

const LIMIT_MS = 60_000

/** Returns a factory of answers that the test completes, numbered by their start. */
function maker() {
  const begun: PromiseWithResolvers<number>[] = []
  const make = () => {
    const one = Promise.withResolvers<number>()
    begun.push(one)
    return one.promise
  }
  return { begun, make, finish: (index: number) => begun[index]?.resolve(index) }
}

describe('a shared answer', () => {
  it('is made once for those who ask together', async () => {
    const { begun, make, finish } = maker()
    const shared = new SharedResponseComputation(make, { everyMs: 0, limitMs: LIMIT_MS })
    const asked = [shared.ask(), shared.ask(), shared.ask()]
    await vi.waitFor(() => expect(begun).toHaveLength(1), { timeout: 30_000 })
    finish(0)
    expect(await Promise.all(asked)).toEqual([0, 0, 0])
  })

  it('was begun after whoever gets it had asked: who comes while one is made shares the next', async () => {
    const { begun, make, finish } = maker()
    const shared = new SharedResponseComputation(make, { everyMs: 0, limitMs: LIMIT_MS })
    const first = shared.ask()
    await vi.waitFor(() => expect(begun).toHaveLength(1), { timeout: 30_000 })
    const late = [shared.ask(), shared.ask()]
    finish(0)
    expect(await first).toBe(0)
    await vi.waitFor(() => expect(begun).toHaveLength(2), { timeout: 30_000 })
    finish(1)
    expect(await Promise.all(late)).toEqual([1, 1])
    expect(begun).toHaveLength(2)
  })

  it('that fails does so for all who share it, and for nobody after them', async () => {
    const { begun, make, finish } = maker()
    const shared = new SharedResponseComputation(make, { everyMs: 0, limitMs: LIMIT_MS })
    const [one, other] = [shared.ask(), shared.ask()]
    await vi.waitFor(() => expect(begun).toHaveLength(1), { timeout: 30_000 })
    begun[0]?.reject(new Error('no database'))
    await expect(one).rejects.toThrow('no database')
    await expect(other).rejects.toThrow('no database')
    const next = shared.ask()
    await vi.waitFor(() => expect(begun).toHaveLength(2), { timeout: 30_000 })
    finish(1)
    expect(await next).toBe(1)
  })

  it('that never comes is given up, and stops nobody after it', async () => {
    const { begun, make, finish } = maker()
    vi.useFakeTimers()
    const shared = new SharedResponseComputation(make, { everyMs: 0, limitMs: LIMIT_MS })
    const first = shared.ask()
    const refused = first.catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(0)
    const next = shared.ask()
    await vi.advanceTimersByTimeAsync(LIMIT_MS)
    expect(await refused).toBeInstanceOf(ComputationTimeoutError)
    await vi.waitFor(() => expect(begun).toHaveLength(2), { timeout: 30_000 })
    finish(1)
    expect(await next).toBe(1)
    // a late answer is not delivered to any request
    finish(0)
    const last = shared.ask()
    await vi.waitFor(() => expect(begun).toHaveLength(3), { timeout: 30_000 })
    finish(2)
    expect(await last).toBe(2)
  })

  it('waits its turn behind one that was begun just now', async () => {
    const begunAt: number[] = []
    const shared = new SharedResponseComputation(async () => begunAt.push(performance.now()), {
      everyMs: 40,
      limitMs: LIMIT_MS,
    })
    // the first answer starts after this, possibly much later on a slow machine
    const before = performance.now()
    await shared.ask()
    await shared.ask()
    expect(begunAt).toHaveLength(2)
    // Node drops the fraction of a delay, and the timer may fire one more millisecond early
    expect((begunAt[1] ?? 0) - before).toBeGreaterThanOrEqual(38)
  })
})
