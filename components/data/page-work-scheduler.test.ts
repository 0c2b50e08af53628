import { describe, expect, it, vi } from 'vitest'
import { PageWorkScheduler } from './page-work-scheduler.ts'

/** Simulates a page whose tasks run on request. */
function page() {
  const tasks: (() => void)[] = []
  const idle: (() => void)[] = []
  const turns = new PageWorkScheduler(
    (work) => void tasks.push(work),
    (work) => void idle.push(work),
  )
  const done: string[] = []
  return {
    turns,
    done,
    /** makes the browser idle */
    rest: () => idle.shift()?.(),
    ask: (name: string) => void turns.next().then(() => done.push(name)),
    /** runs the next task and the promise callbacks that it resolves */
    runTask: async () => {
      tasks.shift()?.()
      await Promise.resolve()
    },
  }
}

describe('turns', () => {
  it('gives each a task of its own, in the order in which they were asked for', async () => {
    const { ask, done, runTask } = page()
    for (const name of ['a', 'b']) ask(name)
    expect(done).toEqual([])
    await runTask()
    expect(done).toEqual(['a'])
    await runTask()
    expect(done).toEqual(['a', 'b'])
  })

  it('keeps all waiting until each hold has ended, and once it has ended counts none of them twice', async () => {
    const { turns, ask, done, runTask } = page()
    const [end, endOther] = [turns.hold(), turns.hold()]
    for (const name of ['a', 'b']) ask(name)
    end()
    end()
    await runTask()
    expect([turns.isHeld, done]).toEqual([true, []])
    endOther()
    expect(turns.isHeld).toBe(false)
    await runTask()
    await runTask()
    expect(done).toEqual(['a', 'b'])
  })

  it('goes on without a hold that nobody ends, once the browser is no longer busy with what the server drew', async () => {
    vi.useFakeTimers()
    const { turns, ask, done, rest, runTask } = page()
    turns.hold()
    ask('a')
    vi.advanceTimersByTime(60_000)
    vi.useRealTimers()
    expect(turns.isHeld).toBe(true)
    rest()
    expect(turns.isHeld).toBe(false)
    await runTask()
    expect(done).toEqual(['a'])
  })

  it('has tasks without a browser’s help', async () => {
    await expect(new PageWorkScheduler().next()).resolves.toBeUndefined()
  })
})
