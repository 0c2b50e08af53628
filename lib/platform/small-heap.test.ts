import { expect, it } from 'vitest'
import { keepHeapSmall, LARGE_BYTES } from './small-heap.ts'

it('asks for a small heap until it is large, and then no more', () => {
  const flags: string[] = []
  let used = LARGE_BYTES / 2
  const isLarge = keepHeapSmall({ usedBytes: () => used, setFlag: (flag) => flags.push(flag) })
  expect(isLarge()).toBe(false)
  expect(flags).toEqual(['--optimize-for-size'])
  used = LARGE_BYTES
  expect(isLarge()).toBe(true)
  expect(flags).toEqual(['--optimize-for-size', '--no-optimize-for-size'])
})
