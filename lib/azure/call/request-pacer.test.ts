import { describe, expect, it } from 'vitest'
import { createRequestPacer } from './request-pacer.ts'

const never = new AbortController().signal

describe('a pace', () => {
  it('lets no more run side by side than it says, and runs all', async () => {
    const run = createRequestPacer({ concurrency: 3, burst: 100, perSecond: 1 }, never)
    let running = 0
    let most = 0
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        run(async () => {
          most = Math.max(most, ++running)
          await new Promise((resolve) => setImmediate(resolve))
          running--
          return i
        }),
      ),
    )
    expect(most).toBe(3)
    expect(results).toEqual(Array.from({ length: 20 }, (_, i) => i))
  })

  it('is felt only behind the burst', async () => {
    const run = createRequestPacer({ concurrency: 1, burst: 5, perSecond: 100 }, never)
    const began = performance.now()
    const at = await Promise.all(Array.from({ length: 15 }, () => run(async () => performance.now() - began)))
    expect(at[14]).toBeGreaterThan(50)
    expect(at[5]).toBeLessThan(at[14] ?? 0)
  })

  it('a task that fails frees its place', async () => {
    const run = createRequestPacer({ concurrency: 1, burst: 5, perSecond: 100 }, never)
    await expect(run(async () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await expect(run(async () => 'next')).resolves.toBe('next')
  })

  it('what still waits at the abort is not run', async () => {
    const stop = new AbortController()
    const run = createRequestPacer({ concurrency: 1, burst: 0, perSecond: 0.001 }, stop.signal)
    const first = await run(async () => 'at once')
    let ran = false
    const second = run(async () => {
      ran = true
    })
    stop.abort(new Error('enough'))
    await expect(second).rejects.toThrow('enough')
    expect([first, ran]).toEqual(['at once', false])
  })
})
