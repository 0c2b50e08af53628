/** A line across a chart, and where its label goes. */
interface PlacedLabel {
  /** index of the line */
  index: number
  /** centre of the label, px from the top */
  y: number
}

/**
 * Places labels of horizontal lines above their lines, or below where there is no room above, and where two would lie on each other
 * moves the lower ones down. All lie between 0 and `height`.
 * @param lines px from the top
 * @param size height of a label, px
 */
export function labelPlaces(lines: readonly number[], size: number, height: number): PlacedLabel[] {
  const places = lines
    .map((y, index) => ({ index, y: y < size * 1.1 ? y + size * 0.6 : Math.min(height - size / 2, y - size * 0.6) }))
    .sort((a, b) => a.y - b.y)
  let free = 0
  for (const place of places) {
    place.y = Math.max(place.y, free + size / 2)
    free = place.y + size / 2
  }
  // what was pushed out below goes up again, and pushes what is above it
  let end = height
  for (const place of places.toReversed()) {
    place.y = Math.min(place.y, end - size / 2)
    end = place.y - size / 2
  }
  return places
}

/** A label beside a point, px. */
interface PointLabel {
  x: number
  /** its centre */
  y: number
  anchor: 'start' | 'end'
}

/** Width of a letter as a share of the size of its type, on average. */
const LETTER = 0.55
/** Where a label may lie, in heights below its point, best first. */
const OFFSETS = [-1, 1, 2.3, -2.3]

/**
 * Places words beside points, left of them and above where there is room, so that none lies on another and none leaves the plot at its
 * top, bottom or left.
 * @param points px from the left and top of a plot of this height
 * @param size of the type, px
 */
export function pointLabelPlaces(
  points: readonly { x: number; y: number; words: string }[],
  size: number,
  { height }: { height: number },
): PointLabel[] {
  const taken: { left: number; right: number; y: number }[] = []
  return points.map(({ x, y, words }) => {
    const length = words.length * size * LETTER
    // at the left a rising line leaves room above
    const anchor = x - size - length >= 0 ? 'end' : 'start'
    const from = anchor === 'start' ? x + size * 0.8 : x - size * 0.8
    const [left, right] = anchor === 'start' ? [from, from + length] : [from - length, from]
    const isFree = (centre: number) =>
      centre >= size / 2 &&
      centre <= height - size / 2 &&
      taken.every((other) => right < other.left || left > other.right || Math.abs(centre - other.y) >= size * 1.2)
    const place = OFFSETS.map((offset) => y + offset * size).find(isFree) ?? y - size
    taken.push({ left, right, y: place })
    return { x: from, y: place, anchor }
  })
}
