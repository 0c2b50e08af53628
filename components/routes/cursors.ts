/** The two compared times A and B, the earlier first; epoch milliseconds. */
type TwoMoments = readonly [earlier: number, later: number]

/** Moves the nearer of both times to the clicked one; A stays before B. */
export function withCursor([earlier, later]: TwoMoments, pressed: number): TwoMoments {
  const isEarlier = Math.abs(pressed - earlier) < Math.abs(pressed - later)
  const next: TwoMoments = isEarlier ? [pressed, later] : [earlier, pressed]
  return next[0] <= next[1] ? next : [next[1], next[0]]
}

const HOUR = 3_600_000

/** The two times in an address, by default the hour of the moment that it is about, else the ends of the time range; at most now. */
export function cursorsOf(
  { a, b, at = null }: { a: string | null; b: string | null; at?: string | null },
  range: TwoMoments,
  now: number,
): TwoMoments {
  const hour = Math.floor(Date.parse(at ?? '') / HOUR) * HOUR
  const [from, to] = Number.isNaN(hour) ? range : [hour, hour + HOUR]
  const read = (text: string | null, usual: number) => {
    const at = Date.parse(text ?? '')
    return Math.min(Number.isNaN(at) ? usual : at, now)
  }
  const moments: TwoMoments = [read(a, from), read(b, to)]
  return moments[0] <= moments[1] ? moments : [moments[1], moments[0]]
}
