/**
 * No budget of ARM takes longer to refill (its hourly ones, at worst): a longer one is a mistake, and obeying it would end
 * the watch on that source for days.
 */
const LONGEST_SECONDS = 3_600

/** Cost Management throttles by several measures, and states each in a header of its own. */
const COST_MANAGEMENT = ['qpu', 'entity', 'tenant', 'client', 'clienttype'].map(
  (scope) => `x-ms-ratelimit-microsoft.costmanagement-${scope}-retry-after`,
)

const secondsIn = (value: string | undefined): number | null =>
  value !== undefined && /^\s*\d+\s*$/.test(value) ? Number(value) : null

/**
 * How long the server asks to wait, in seconds, an hour at most, from any of the headers that Azure uses; null if it doesn't say.
 * @param now epoch milliseconds, for the form that is a date (RFC 9110 section 10.2.3)
 */
export function retryAfterSeconds(header: (name: string) => string | undefined, now: number): number | null {
  const seconds = requestedSeconds(header, now)
  return seconds === null ? null : Math.min(seconds, LONGEST_SECONDS)
}

/** The wait that a refusal names in its sentence, in seconds, an hour at most; null if it names none. */
export function secondsNamed(message: string): number | null {
  const [, seconds] = /(?:retried in|try (?:again )?after) '?(\d+)'? seconds/i.exec(message) ?? []
  return seconds === undefined ? null : Math.min(Number(seconds), LONGEST_SECONDS)
}

function requestedSeconds(header: (name: string) => string | undefined, now: number): number | null {
  for (const name of ['retry-after-ms', 'x-ms-retry-after-ms']) {
    const milliseconds = header(name)
    if (milliseconds && /^\s*\d+\s*$/.test(milliseconds)) return Number(milliseconds) / 1000
  }
  const scopes = COST_MANAGEMENT.flatMap((name) => secondsIn(header(name)) ?? [])
  // each of them is refused for itself: waiting for one only is refused by the next
  if (scopes.length > 0) return Math.max(...scopes, secondsIn(header('retry-after')) ?? 0)
  const value = header('retry-after')?.trim()
  if (!value) return null
  if (/^\d+$/.test(value)) return Number(value)
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.max(0, (date - now) / 1000)
}
