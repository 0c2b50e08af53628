import { expect, it } from 'vitest'
import { mapWithLimitedConcurrency } from './map-concurrent.ts'

it('asks three at a time, and answers in the order of what was asked', async () => {
  let [now, most] = [0, 0]
  const answers = await mapWithLimitedConcurrency([5, 1, 4, 2, 3, 6, 7], async (turns) => {
    now += 1
    most = Math.max(most, now)
    for (let i = 0; i < turns; i++) await Promise.resolve()
    now -= 1
    return turns * 10
  })
  expect(answers).toEqual([50, 10, 40, 20, 30, 60, 70])
  expect(most).toBe(3)
})

it('of nothing is nothing, and fails with the first that does', async () => {
  expect(await mapWithLimitedConcurrency([], async () => 1)).toEqual([])
  await expect(mapWithLimitedConcurrency([1, 2], async () => Promise.reject(new Error('lost')))).rejects.toThrow('lost')
})
