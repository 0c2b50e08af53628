const SECOND = 1_000
const HOUR = 3_600_000
const DAY = 24 * HOUR
const WEEK = 7 * DAY
const YEAR = 365 * DAY

/** What each pair of units prints: `1d02h`, `8w4d`, `1y2w`. The second unit is the resolution. */
const PAIRS = [
  { form: /^(\d{1,3})d(\d{1,2})h$/, large: DAY, unit: HOUR, limit: 24 },
  { form: /^(\d{1,4})w(\d)d$/, large: WEEK, unit: DAY, limit: 7 },
  { form: /^(\d{1,3})y(\d{1,2})w$/, large: YEAR, unit: WEEK, limit: 53 },
]

/**
 * Reads how long a BGP neighbor has been in its state, as the route table summary's `upDown` prints it.
 * The router truncates: the true time lies in [ms, ms + unitMs).
 * @returns null for `never`, an empty text, or a form that no router is known to print
 */
export function parseUpDown(text: string | null): { ms: number; unitMs: number } | null {
  const printed = text?.trim().toLowerCase() ?? ''
  const clock = /^(\d{1,2}):(\d{2}):(\d{2})$/.exec(printed)
  if (clock) {
    const [hours = 0, minutes = 0, seconds = 0] = clock.slice(1).map(Number)
    if (hours > 23 || minutes > 59 || seconds > 59) return null
    return { ms: hours * HOUR + minutes * 60 * SECOND + seconds * SECOND, unitMs: SECOND }
  }
  for (const { form, large, unit, limit } of PAIRS) {
    const [, first, second] = form.exec(printed) ?? []
    if (first === undefined || second === undefined || Number(second) >= limit) continue
    return { ms: Number(first) * large + Number(second) * unit, unitMs: unit }
  }
  return null
}
