import { describe, expect, it } from 'vitest'
import { placeLineLabels, placePointLabels } from './label-places.ts'

const places = (lines: number[]) => {
  const placed = placeLineLabels(lines, 10, 100)
  return lines.map((_, line) => placed.find(({ index }) => index === line)?.y ?? Number.NaN)
}

describe('labels of lines', () => {
  it('lie above their lines where nothing is beside them', () => {
    expect(places([50, 90])).toEqual([44, 84])
  })
  it('lie below a line that has no room above', () => {
    expect(places([8, 50])).toEqual([14, 44])
  })
  it('of two lines beside each other do not lie on each other, in the order of the lines', () => {
    const [upper = 0, lower = 0] = places([50, 52])
    expect(lower - upper).toBeGreaterThanOrEqual(10)
  })
  it.each([[[0, 0, 0]], [[99, 100, 100]], [[0, 50, 50, 100, 100]]])('of %j stay inside and apart', (lines) => {
    const sorted = places(lines).toSorted((a, b) => a - b)
    expect(sorted[0]).toBeGreaterThanOrEqual(5)
    expect(sorted.at(-1)).toBeLessThanOrEqual(95)
    for (const [index, y] of sorted.slice(1).entries())
      expect(y - (sorted[index] ?? 0)).toBeGreaterThanOrEqual(10 - 1e-9)
  })
})

describe('labels of points', () => {
  const plot = { height: 100 }
  const placesOf = (...points: [x: number, y: number, words: string][]) =>
    placePointLabels(
      points.map(([x, y, words]) => ({ x, y, words })),
      10,
      plot,
    )
  it('lie above at the left, and at the right where they would leave the plot', () => {
    expect(placesOf([390, 50, 'today'])).toEqual([{ x: 382, y: 40, anchor: 'end' }])
    expect(placesOf([30, 50, 'today'])).toEqual([{ x: 38, y: 40, anchor: 'start' }])
  })
  it('lie below at the top of the plot', () => {
    expect(placesOf([50, 3, 'today'])[0]?.y).toBe(13)
  })
  it('of points beside each other do not lie on each other', () => {
    const [a, b, c] = placesOf([50, 50, 'today'], [60, 50, 'end'], [65, 50, 'later'])
    expect([a?.y, b?.y, c?.y]).toEqual([40, 60, 73])
  })
})
