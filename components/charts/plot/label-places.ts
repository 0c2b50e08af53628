/** Position of the label of a horizontal line in a chart. */
interface PlacedLabel {
  /** index of the labelled line in the list that the caller passed */
  index: number
  /** centre of the label, px from the top */
  y: number
}

/**
 * Splits a label into at most two lines of similar length at a space. A comma at the end of the first line is left out.
 */
export function wrapIntoTwoLines(words: string): string[] {
  const gaps = [...words.matchAll(/ /g)].map(({ index }) => index)
  const longest = (at: number) => Math.max(at, words.length - at - 1)
  const [best] = gaps.toSorted((a, b) => longest(a) - longest(b))
  return best === undefined ? [words] : [words.slice(0, best).replace(/,$/, ''), words.slice(best + 1)]
}

/**
 * Places the labels of horizontal lines in the margin, at the height of their lines. If two labels would overlap, the
 * lower label moves down. All labels stay between 0 and `height`.
 * @param lines positions of the lines, px from the top
 * @param size height of a label, px
 * @param height height of the plot, px
 */
export function placeLineLabels(lines: readonly number[], size: number, height: number): PlacedLabel[] {
  const places = lines.map((y, index) => ({ index, y: Math.min(height - size / 2, y) })).sort((a, b) => a.y - b.y)
  let free = 0
  for (const place of places) {
    place.y = Math.max(place.y, free + size / 2)
    free = place.y + size / 2
  }
  // A label that was pushed below the plot moves up again. If it then overlaps the label above, that label moves up
  // too.
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
 * Places a label next to each point: to the left of the point if there is space, otherwise to the right. The label is
 * above the point if that place is free, otherwise below. Labels do not overlap and stay within the top and bottom of
 * the plot as long as a free place exists.
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

interface Size {
  width: number
  height: number
}

/** Distance between the point and its note, and minimum distance of the note from the edge of the screen, px. */
const NOTE_GAP = 14
const NOTE_MARGIN = 4

/**
 * Returns the position of a note next to a point: at the right of the point, or at the left if the right has no space.
 * If neither side has space, the note is below or above the point. The note does not cover the point, as long as the
 * screen has space for it on any side.
 * @param point position on the screen, px
 */
export function placeTooltip(
  point: { x: number; y: number },
  { width, height }: Size,
  screen: Size,
): { left: number; top: number } {
  const [right, left] = [point.x + NOTE_GAP, point.x - NOTE_GAP - width]
  const [below, above] = [point.y + NOTE_GAP, point.y - NOTE_GAP - height]
  const within = (at: number, size: number, all: number) =>
    Math.max(NOTE_MARGIN, Math.min(at, all - NOTE_MARGIN - size))
  const top = within(below, height, screen.height)
  if (right + width <= screen.width - NOTE_MARGIN) return { left: right, top }
  if (left >= NOTE_MARGIN) return { left, top }
  const isBelow = below + height <= screen.height - NOTE_MARGIN
  return {
    left: within(point.x - width / 2, width, screen.width),
    top: isBelow || above < NOTE_MARGIN ? top : above,
  }
}
