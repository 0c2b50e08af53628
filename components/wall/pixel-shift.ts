/** Time between shifts, milliseconds. */
const SHIFT_EVERY_MS = 180_000

/** Offsets in a ring, two pixels apart, against burn-in. */
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

/** The present offset in pixels. */
export function shiftAt(now: number): { x: number; y: number } {
  const [x, y] = ring[Math.floor(now / SHIFT_EVERY_MS) % ring.length] ?? [0, 0]
  return { x, y }
}
