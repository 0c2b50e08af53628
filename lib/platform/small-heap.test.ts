import { expect, it } from 'vitest'
import { limitHeapGrowthOfSmallProcess, MIN_LARGE_HEAP_BYTES } from './small-heap.ts'

it('asks for a small heap until it is large, and then no more', () => {
  const flags: string[] = []
  let used = MIN_LARGE_HEAP_BYTES / 2
  const isLarge = limitHeapGrowthOfSmallProcess({
    usedBytes: () => used,
    setFlag: (flag) => flags.push(flag),
    nodeOptions: undefined,
  })
  expect(isLarge()).toBe(false)
  expect(flags).toEqual(['--heap-growing-percent=30'])
  used = MIN_LARGE_HEAP_BYTES
  expect(isLarge()).toBe(true)
  expect(flags).toEqual(['--heap-growing-percent=30', '--heap-growing-percent=0'])
})

it('leaves a heap alone whose size for new objects somebody chose', () => {
  const flags: string[] = []
  const isLarge = limitHeapGrowthOfSmallProcess({
    usedBytes: () => 0,
    setFlag: (flag) => flags.push(flag),
    nodeOptions: '--enable-source-maps --max-semi-space-size=32',
  })
  expect(isLarge()).toBe(true)
  expect(flags).toEqual([])
})
