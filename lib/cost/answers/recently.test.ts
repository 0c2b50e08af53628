import { expect, it } from 'vitest'
import { MINUTE } from '#lib/contract/time/time.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { recently } from './recently.ts'

/** Answers of one database, numbered in the order in which they are made. */
function answers() {
  const q = {} as Queryable
  let made = 0
  return (name: string, madeFrom: string, now: number) => recently(q, { name, madeFrom }, now, async () => ++made)
}

it.each([
  ['is kept for five minutes', ['a', '1', 0], ['a', '1', 5 * MINUTE - 1], true],
  ['is made again then', ['a', '1', 0], ['a', '1', 5 * MINUTE], false],
  ['is made again from something else', ['a', '1', 0], ['a', '2', 1], false],
  ['is not another one', ['a', '1', 0], ['b', '1', 1], false],
  ['is not one of later', ['a', '1', MINUTE], ['a', '1', 0], false],
] as const)('an answer %s', async (_, first, second, isSame) => {
  const answer = answers()
  expect((await answer(first[0], first[1], first[2])) === (await answer(second[0], second[1], second[2]))).toBe(isSame)
})

it('an answer takes the place of that from something else, so that no two of a name are kept', async () => {
  const answer = answers()
  await answer('a', '1', 0)
  const after = await answer('a', '2', 1)
  expect(await answer('a', '1', 2)).toBeGreaterThan(after)
})

it('neither a failure nor null is kept', async () => {
  const q = {} as Queryable
  const key = { name: 'a', madeFrom: '1' }
  await expect(recently(q, key, 0, () => Promise.reject(new Error('undone')))).rejects.toThrow('undone')
  expect(await recently(q, key, 0, async () => null)).toBeNull()
  expect(await recently(q, key, 0, async () => 1)).toBe(1)
})
