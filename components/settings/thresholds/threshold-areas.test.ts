import { expect, it } from 'vitest'
import type { ThresholdView } from '#lib/contract/index.ts'
import { thresholds } from '#lib/detection/index.ts'
import { areaOf, areasOf, byArea, OTHER } from './threshold-areas.ts'

const all = Object.keys(thresholds).map((name) => ({ name }) as ThresholdView)

it('every threshold belongs to an area', () => {
  expect(all.length).toBeGreaterThan(0)
  expect(all.filter(({ name }) => areaOf(name) === OTHER)).toEqual([])
  expect(areasOf(all)).not.toContain(OTHER)
})

it('areas stand one after the other, their thresholds as they come', () => {
  const sorted = byArea(all)
  expect(new Set(sorted)).toEqual(new Set(all))
  const seen = sorted.map(({ name }) => areaOf(name))
  expect(seen.filter((area, index) => area !== seen[index - 1])).toEqual(areasOf(all))
  const sessions = (some: readonly ThresholdView[]) => some.filter(({ name }) => areaOf(name) === 'Sessions')
  expect(sessions(sorted)).toEqual(sessions(all))
})

it('what has no area yet stands at the end', () => {
  const unknown = { name: 'novelty.count' } as ThresholdView
  expect(byArea([unknown, ...all]).at(-1)).toBe(unknown)
})
