/** How long the picture stays where it is, milliseconds. */
const SHIFT_EVERY_MS = 180_000

/** Places in a ring, two pixels apart: no pixel of a mark that stands still for weeks is lit all the time. */
const ring = [
  [0, 0],
  [2, 0],
  [4, 2],
  [4, 4],
  [2, 4],
  [0, 4],
  [-2, 2],
  [-2, 0],
] as const

/** By how many pixels the picture is moved now. */
export function shiftAt(now: number): { x: number; y: number } {
  const [x, y] = ring[Math.floor(now / SHIFT_EVERY_MS) % ring.length] ?? [0, 0]
  return { x, y }
}
