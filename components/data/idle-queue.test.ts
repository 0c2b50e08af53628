import { describe, expect, it } from 'vitest'
import { IdleQueue } from './idle-queue.ts'

/** Simulates a browser that becomes idle on request. */
function browser() {
  const idle: (() => void)[] = []
  return {
    whenIdle: (work: () => void) => void idle.push(work),
    rest: () => idle.shift()?.(),
    asked: () => idle.length,
  }
}

describe('work in turn', () => {
  it('is done one piece at a time, in the order in which it was asked for', () => {
    const { whenIdle, rest } = browser()
    const inTurn = new IdleQueue(whenIdle)
    const done: string[] = []
    for (const name of ['a', 'b', 'c']) inTurn.ask(() => done.push(name))
    expect(done).toEqual([])
    rest()
    expect(done).toEqual(['a'])
    expect(inTurn.isThrough).toBe(false)
    rest()
    rest()
    expect(done).toEqual(['a', 'b', 'c'])
    expect(inTurn.isThrough).toBe(true)
  })

  it('leaves out what is no longer wanted', () => {
    const { whenIdle, rest } = browser()
    const inTurn = new IdleQueue(whenIdle)
    const done: string[] = []
    const giveUp = inTurn.ask(() => done.push('a'))
    inTurn.ask(() => done.push('b'))
    giveUp()
    rest()
    expect(done).toEqual(['b'])
  })

  it('goes on when something is asked for after all was done', () => {
    const { whenIdle, rest, asked } = browser()
    const inTurn = new IdleQueue(whenIdle)
    const done: string[] = []
    inTurn.ask(() => done.push('a'))
    rest()
    expect(asked()).toBe(0)
    inTurn.ask(() => done.push('b'))
    rest()
    expect(done).toEqual(['a', 'b'])
  })
})
