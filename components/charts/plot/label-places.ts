/** Position of the label of a horizontal line in a chart. */
interface PlacedLabel {
  /** index of the labelled line in the list that the caller passed */
  index: number
  /** centre of the label, px from the top */
  y: number
}

/**
 * Places the labels of horizontal lines above their lines, or below a line near the upper edge. If two labels would
 * overlap, the lower label moves down. All labels stay between 0 and `height`.
 * @param lines positions of the lines, px from the top
 * @param size height of a label, px
 * @param height height of the plot, px
 */
export function placeLineLabels(lines: readonly number[], size: number, height: number): PlacedLabel[] {
  const places = lines
    .map((y, index) => ({ index, y: y < size * 1.1 ? y + size * 0.6 : Math.min(height - size / 2, y - size * 0.6) }))
    .sort((a, b) => a.y - b.y)
  let free = 0
  for (const place of places) {
    place.y = Math.max(place.y, free + size / 2)
    free = place.y + size / 2
  }
  // Labels that were pushed below the plot move up again, and push the labels above them up too.
  let end = height
  for (const place of places.toReversed()) {
    place.y = Math.min(place.y, end - size / 2)
    end = place.y - size / 2
  }
  return places
}

/** Position of a label next to a point, px. */
interface PointLabel {
  x: number
  /** vertical center of the label */
  y: number
  anchor: 'start' | 'end'
}

/** Average width of a letter as a share of the font size. */
const LETTER = 0.55
/**
 * Vertical offsets of a label from its point, as multiples of the font size (positive = below), in order of preference.
 */
const OFFSETS = [-1, 1, 2.3, -2.3]

/**
 * Places a label next to each point: to the left if there is space, otherwise to the right; above if that place is
 * free, otherwise below. Labels do not overlap and stay within the top and bottom of the plot as long as a free place
 * exists.
 * @param points positions, px from the left and top of a plot of this height
 * @param size font size, px
 */
export function placePointLabels(
  points: readonly { x: number; y: number; words: string }[],
  size: number,
  { height }: { height: number },
): PointLabel[] {
  const taken: { left: number; right: number; y: number }[] = []
  return points.map(({ x, y, words }) => {
    const length = words.length * size * LETTER
    // prefer the left side, because a rising line leaves space above and to the left
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
