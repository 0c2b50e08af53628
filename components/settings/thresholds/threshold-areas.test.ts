import { expect, it } from 'vitest'
import type { ApiThreshold } from '#lib/contract/index.ts'
import { detectionThresholdDefinitions } from '#lib/detection/index.ts'
import { findThresholdArea, listThresholdAreas, sortByThresholdArea, OTHER_AREA } from './threshold-areas.ts'

const all = Object.keys(detectionThresholdDefinitions).map((name) => ({ name }) as ApiThreshold)

it('every threshold belongs to an area', () => {
  expect(all.length).toBeGreaterThan(0)
  expect(all.filter(({ name }) => findThresholdArea(name) === OTHER_AREA)).toEqual([])
  expect(listThresholdAreas(all)).not.toContain(OTHER_AREA)
})

it('areas stand one after the other, their thresholds as they come', () => {
  const sorted = sortByThresholdArea(all)
  expect(new Set(sorted)).toEqual(new Set(all))
  const seen = sorted.map(({ name }) => findThresholdArea(name))
  expect(seen.filter((area, index) => area !== seen[index - 1])).toEqual(listThresholdAreas(all))
  const sessions = (some: readonly ApiThreshold[]) => some.filter(({ name }) => findThresholdArea(name) === 'Sessions')
  expect(sessions(sorted)).toEqual(sessions(all))
})

it('what has no area yet stands at the end', () => {
  const unknown = { name: 'novelty.count' } as ApiThreshold
  expect(sortByThresholdArea([unknown, ...all]).at(-1)).toBe(unknown)
})
