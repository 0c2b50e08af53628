import fc from 'fast-check'
import { setImmediate as immediate } from 'node:timers/promises'
import type { QueryResult } from 'pg'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  queryAtMoment,
  enableCaching,
  clearCaches,
  shareQueriesInResponse,
  cacheResultsUntilChange,
  queryOncePerResponse,
  createSharedReader,
  cacheUntilChange,
  cacheUntilPoll,
} from './response-cache.ts'
import type { SqlExecutor } from './queryable.ts'

let asked: string[] = []
beforeEach(() => {
  asked = []
})

function sharingPool(): SqlExecutor {
  return createSharedReader({
    async query(statement: string | { text: string; values?: unknown[] }, values: unknown[] = []) {
      const { text, values: given = values } = typeof statement === 'string' ? { text: statement } : statement
      asked.push(`${text} ${given.map(String).join()}`.trim())
      if (text === 'FAIL') throw new Error('no such table')
      return { rows: [{ text }] } as unknown as QueryResult
    },
  } as SqlExecutor)
}

describe('equal statements of one answer', () => {
  it('run once, also where they are asked at the same time', async () => {
    const pool = sharingPool()
    await shareQueriesInResponse(async () => {
      await Promise.all([pool.query('A', [1]), pool.query('A', [1])])
      await pool.query('A', [1])
    })
    expect(asked).toEqual(['A 1'])
  })

  it.each<[string, (pool: SqlExecutor) => Promise<unknown>]>([
    ['text', (pool) => pool.query('B', [1])],
    ['values', (pool) => pool.query('A', ['1'])],
    ['number of values', (pool) => pool.query('A')],
    ['large values', (pool) => pool.query('A', [1n << 70n])],
  ])('are those that differ in no %s', async (_, another) => {
    const pool = sharingPool()
    await shareQueriesInResponse(async () => {
      await pool.query('A', [1])
      await another(pool)
    })
    expect(asked).toHaveLength(2)
  })

  it('have a list of rows each, which may be sorted and cut', async () => {
    const pool = sharingPool()
    const rows = await shareQueriesInResponse(async () => {
      ;(await pool.query('A')).rows.pop()
      return (await pool.query('A')).rows
    })
    expect(rows).toEqual([{ text: 'A' }])
  })

  it('fail together', async () => {
    const pool = sharingPool()
    const outcomes = await shareQueriesInResponse(() => Promise.allSettled([pool.query('FAIL'), pool.query('FAIL')]))
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(asked).toEqual(['FAIL'])
  })

  it('run for each pool', async () => {
    const [first, second] = [sharingPool(), sharingPool()]
    await shareQueriesInResponse(() => Promise.all([first.query('A'), second.query('A')]))
    expect(asked).toEqual(['A', 'A'])
  })

  it('are parsed by their name once, and asked once all the same', async () => {
    const pool = sharingPool()
    const statement = { name: 'a', text: 'A', values: [1] }
    await shareQueriesInResponse(() => Promise.all([pool.query(statement), pool.query(statement)]))
    expect(asked).toEqual(['A 1'])
  })

  it('run each time where a caller wants rows of another form', async () => {
    const pool = sharingPool()
    const statement = { name: 'a', text: 'A', values: [], rowMode: 'array' }
    await shareQueriesInResponse(() => Promise.all([pool.query(statement), pool.query(statement)]))
    expect(asked).toEqual(['A', 'A'])
  })
})

it('statements about several moments are one where an answer asks them at the same time, and each moment once', async () => {
  const pool = sharingPool()
  const of = (at: string, value = 1) => queryAtMoment(pool, { name: 'a', text: 'A $1 $AT', values: [value] }, at)
  await shareQueriesInResponse(async () => {
    await Promise.all([of('T1'), of('T2'), of('T1'), of('T3', 2)])
    await Promise.all([of('T1'), of('T4')])
  })
  await Promise.all([of('T1'), of('T2')])
  const given = ['1,T1,T2', '2,T3', '1,T4', '1,T1', '1,T2']
  expect(asked.map((text) => text.split(' ').at(-1))).toEqual(given)
})

describe('nothing is kept', () => {
  it('from one answer to the next', async () => {
    const pool = sharingPool()
    await shareQueriesInResponse(() => pool.query('A'))
    await shareQueriesInResponse(() => pool.query('A'))
    expect(asked).toEqual(['A', 'A'])
  })

  it('outside of answers', async () => {
    const pool = sharingPool()
    await Promise.all([pool.query('A'), pool.query('A')])
    expect(asked).toEqual(['A', 'A'])
  })

  it('for what an answer began and left running', async () => {
    const pool = sharingPool()
    let goOn = () => {}
    const later = new Promise<void>((resolve) => {
      goOn = resolve
    })
    let leftRunning: Promise<unknown> = Promise.resolve()
    await shareQueriesInResponse(async () => {
      await pool.query('A')
      leftRunning = later.then(() => pool.query('A'))
    })
    goOn()
    await leftRunning
    expect(asked).toEqual(['A', 'A'])
  })
})

it('what was worked out is worked out once for each reader and question', async () => {
  let times = 0
  const work = async () => (times += 1)
  const [reader, other] = [{}, {}]
  await shareQueriesInResponse(async () => {
    expect(await queryOncePerResponse(reader, 'a', work)).toBe(1)
    expect(await queryOncePerResponse(reader, 'a', work)).toBe(1)
    expect(await queryOncePerResponse(reader, 'b', work)).toBe(2)
    expect(await queryOncePerResponse(other, 'a', work)).toBe(3)
  })
  expect(await queryOncePerResponse(reader, 'a', work)).toBe(4)
})

describe('what is kept until a change', () => {
  it.each([
    ['of announced writers', cacheUntilChange, [0, 1, 1, 1, 1, 1, 3, 3, 4, 5]],
    ['of polls and counters', cacheUntilPoll, [0, 1, 1, 1, 2, 2, 3, 3, 4, 5]],
  ])('%s is read once, while the process gets them', async (_, until, expected) => {
    let version = 0
    const reader = {}
    const read = () => shareQueriesInResponse(() => until(reader, 'a', async () => version))
    const seen: number[] = []
    const twice = async () => seen.push(await read(), ((version += 1), await read()))
    await twice()
    const stop = enableCaching()
    await twice()
    clearCaches({ countersOnly: true })
    await twice()
    clearCaches()
    await twice()
    stop()
    await twice()
    expect(seen).toEqual(expected)
  })

  it('is asked once by who ask at the same time, and again after a failure', async () => {
    const stop = enableCaching()
    const reader = {}
    let asked = 0
    const read = () =>
      shareQueriesInResponse(() =>
        cacheUntilPoll(reader, 'a', async () => {
          asked += 1
          await immediate()
          if (asked === 1) throw new Error('no answer')
          return asked
        }),
      ).catch(() => 'failed')
    expect(await Promise.all([read(), read()])).toEqual(['failed', 'failed'])
    expect(await Promise.all([read(), read()])).toEqual([2, 2])
    stop()
  })

  it('is read by each statement that says so, and outside of answers each time', async () => {
    const pool = sharingPool()
    const stop = enableCaching()
    const ask = (text: string) => cacheResultsUntilChange(() => pool.query(text))
    for (const text of ['A', 'A']) await shareQueriesInResponse(() => ask(text))
    for (const text of ['A', 'B']) await ask(text)
    await shareQueriesInResponse(() => pool.query('A'))
    stop()
    expect(asked).toEqual(['A', 'A', 'B', 'A'])
  })

  it('is never of before a change that was announced when it was asked for, however long reading takes', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('change', 'ask', 'end one'), { maxLength: 30 }),
        fc.constantFrom(cacheUntilChange, cacheUntilPoll),
        async (steps, until) => {
          const stop = enableCaching()
          const reader = {}
          const running: (() => void)[] = []
          const answers: Promise<void>[] = []
          let version = 0
          const read = async () => {
            const found = version
            await new Promise<void>((resolve) => running.push(resolve))
            return found
          }
          for (const step of steps) {
            if (step === 'change') {
              version += 1
              clearCaches()
            } else if (step === 'ask') {
              const least = version
              answers.push(
                shareQueriesInResponse(() => until(reader, 'a', read)).then((got) =>
                  expect(got).toBeGreaterThanOrEqual(least),
                ),
              )
            } else running.shift()?.()
            await immediate()
          }
          while (running.length > 0) {
            running.shift()?.()
            await immediate()
          }
          await Promise.all(answers)
          stop()
        },
      ),
    ))
})
