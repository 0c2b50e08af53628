import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placeLineLabels, placeTooltip, placePointLabels, wrapIntoTwoLines } from './label-places.ts'

const places = (lines: number[]) => {
  const placed = placeLineLabels(lines, 10, 100)
  return lines.map((_, line) => placed.find(({ index }) => index === line)?.y ?? Number.NaN)
}

describe('labels of lines', () => {
  it('are at the height of their lines', () => {
    expect(places([50, 90])).toEqual([50, 90])
  })
  it('stay within the plot at its edges', () => {
    expect(places([2, 99])).toEqual([5, 95])
  })
  it.each([
    ['1 Gb/s, one path', ['1 Gb/s', 'one path']],
    ['limit 1,000,000', ['limit', '1,000,000']],
    ['Metered, current', ['Metered', 'current']],
    ['Unlimited', ['Unlimited']],
  ])('%s has at most two lines', (words, lines) => {
    expect(wrapIntoTwoLines(words)).toEqual(lines)
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

const screen = { width: 1000, height: 600 }
const note = { width: 200, height: 80 }

it.each([
  ['at the right below the point', { x: 100, y: 100 }, { left: 114, top: 114 }],
  ['at the left near the right edge', { x: 900, y: 100 }, { left: 686, top: 114 }],
  ['beside the point at the foot', { x: 100, y: 590 }, { left: 114, top: 516 }],
])('a note is %s', (_, point, place) => expect(placeTooltip(point, note, screen)).toEqual(place))

it('a note that is wider than either side of the point is below it, or above it at the foot', () => {
  const wide = { width: 300, height: 80 }
  const phone = { width: 360, height: 600 }
  expect(placeTooltip({ x: 180, y: 100 }, wide, phone)).toEqual({ left: 30, top: 114 })
  expect(placeTooltip({ x: 180, y: 580 }, wide, phone)).toEqual({ left: 30, top: 486 })
})

it('a note is on the screen and does not cover its point', () => {
  const side = (max: number) => fc.integer({ min: 0, max })
  fc.assert(
    fc.property(side(1000), side(600), fc.integer({ min: 1, max: 900 }), side(250), (x, y, width, height) => {
      const { left, top } = placeTooltip({ x, y }, { width, height }, screen)
      expect(left).toBeGreaterThanOrEqual(0)
      expect(top).toBeGreaterThanOrEqual(0)
      expect(left + width).toBeLessThanOrEqual(screen.width)
      expect(top + height).toBeLessThanOrEqual(screen.height)
      expect(x > left && x < left + width && y > top && y < top + height).toBe(false)
    }),
  )
})
