/** A line across a chart, and where its label goes. */
export interface PlacedLabel {
  /** index of the line */
  index: number
  /** centre of the label, px from the top */
  y: number
}

/**
 * Places labels of horizontal lines above their lines, and where two would lie on each other moves the lower ones down. All lie
 * between 0 and `height`.
 * @param lines px from the top
 * @param size height of a label, px
 */
export function labelPlaces(lines: readonly number[], size: number, height: number): PlacedLabel[] {
  const places = lines
    .map((y, index) => ({ index, y: Math.min(height - size / 2, Math.max(size / 2, y - size * 0.6)) }))
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
