import { describe, expect, it } from 'vitest'
import { labelPlaces } from './label-places.ts'

const places = (lines: number[]) => {
  const placed = labelPlaces(lines, 10, 100)
  return lines.map((_, line) => placed.find(({ index }) => index === line)?.y ?? Number.NaN)
}

describe('labels of lines', () => {
  it('lie above their lines where nothing is beside them', () => {
    expect(places([50, 90])).toEqual([44, 84])
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
