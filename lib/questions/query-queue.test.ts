import { beforeEach, expect, it, vi } from 'vitest'
import { QueryQueue, TooManyQueriesError } from './query-queue.ts'

const WAIT_MS = 1_000

beforeEach(() => void vi.useFakeTimers())

/** Starts work that the test ends. */
function begin(gate: QueryQueue, begun: string[], name: string) {
  const work = Promise.withResolvers<string>()
  const answer = gate.run(() => {
    begun.push(name)
    return work.promise
  })
  answer.catch(() => {})
  return { answer, end: () => work.resolve(name), fail: () => work.reject(new Error(name)) }
}

it('lets so many through, and the others in order as places become free', async () => {
  const gate = new QueryQueue(2, WAIT_MS)
  const begun: string[] = []
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => begin(gate, begun, name))
  expect(begun).toEqual(['a', 'b'])
  expect(gate).toMatchObject({ inside: 2, waiting: 2 })
  b?.end()
  await b?.answer
  await vi.advanceTimersByTimeAsync(0)
  expect(begun).toEqual(['a', 'b', 'c'])
  for (const one of [a, c, d]) one?.end()
  expect(await Promise.all([a?.answer, c?.answer, d?.answer])).toEqual(['a', 'c', 'd'])
  expect(gate).toMatchObject({ inside: 0, waiting: 0 })
})

it('refuses who waited too long, and does nothing of it', async () => {
  const gate = new QueryQueue(1, WAIT_MS)
  const begun: string[] = []
  const first = begin(gate, begun, 'first')
  const late = begin(gate, begun, 'late')
  await vi.advanceTimersByTimeAsync(WAIT_MS)
  await expect(late.answer).rejects.toThrow(TooManyQueriesError)
  first.end()
  await first.answer
  expect(begun).toEqual(['first'])
  expect(gate).toMatchObject({ inside: 0, waiting: 0 })
})

it('gets its place back from work that failed', async () => {
  const gate = new QueryQueue(1, WAIT_MS)
  const begun: string[] = []
  const failing = begin(gate, begun, 'failing')
  const next = begin(gate, begun, 'next')
  failing.fail()
  await expect(failing.answer).rejects.toThrow('failing')
  next.end()
  expect(await next.answer).toBe('next')
})
