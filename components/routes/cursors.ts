/** Two moments that are compared, the earlier one first; epoch milliseconds. */
export type TwoMoments = readonly [earlier: number, later: number]

/** The moments with the nearer of both moved to where somebody pressed; each stays on its own side of the other. */
export function withCursor([earlier, later]: TwoMoments, pressed: number): TwoMoments {
  const isEarlier = Math.abs(pressed - earlier) < Math.abs(pressed - later)
  const moved: TwoMoments = isEarlier ? [pressed, later] : [earlier, pressed]
  return moved[0] <= moved[1] ? moved : [moved[1], moved[0]]
}

/** The two moments that an address names, where it names none the ends of the page's time. What lies beyond now is now. */
export function cursorsOf(
  { a, b }: { a: string | null; b: string | null },
  [from, to]: TwoMoments,
  now: number,
): TwoMoments {
  const read = (text: string | null, usual: number) => {
    const at = Date.parse(text ?? '')
    return Math.min(Number.isNaN(at) ? usual : at, now)
  }
  const moments: TwoMoments = [read(a, from), read(b, to)]
  return moments[0] <= moments[1] ? moments : [moments[1], moments[0]]
}
