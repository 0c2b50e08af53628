import { expect, it } from 'vitest'
import { plotSpace } from './plot-space.ts'

const size = { width: 688, height: 234, scale: 1 }

it('the edges of both axes are those of the plotted area', () => {
  const { area, x, y } = plotSpace(size, [1_000, 2_000], [-5, 15])
  expect(area).toEqual({ x: 74, y: 10, width: 600, height: 200 })
  expect([x(1_000), x(1_250), x(2_000)]).toEqual([74, 224, 674])
  expect([y(-5), y(0), y(15)]).toEqual([210, 160, 10])
})

it('what is beyond an axis is beyond the area, and one value lies in the middle', () => {
  const { x, y } = plotSpace(size, [0, 10], [3, 3])
  expect(x(20)).toBe(1_274)
  expect(y(3)).toBe(110)
})

it('a frame that is narrower than its labels has no area', () => {
  expect(plotSpace({ width: 40, height: 20, scale: 1 }, [0, 1], [0, 1]).area).toMatchObject({ width: 0, height: 0 })
})
