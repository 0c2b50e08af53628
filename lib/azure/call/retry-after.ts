/**
 * Maximum wait in seconds. Every budget of ARM refills within an hour, so a longer wait is a mistake, and following it
 * would stop the polls of that source for days.
 */
const MAX_RETRY_SECONDS = 3_600

/** Retry headers of Cost Management, which throttles by several scopes and sends a separate header for each. */
const COST_MANAGEMENT = ['qpu', 'entity', 'tenant', 'client', 'clienttype'].map(
  (scope) => `x-ms-ratelimit-microsoft.costmanagement-${scope}-retry-after`,
)

const secondsIn = (value: string | undefined): number | null =>
  value !== undefined && /^\s*\d+\s*$/.test(value) ? Number(value) : null

/**
 * Returns how many seconds the server wants the client to wait, at most an hour, from any of the headers that Azure
 * uses; null if there is no such header.
 * @param now epoch milliseconds, for a header with a date (RFC 9110 section 10.2.3)
 */
export function retryAfterSeconds(header: (name: string) => string | undefined, now: number): number | null {
  const seconds = requestedSeconds(header, now)
  return seconds === null ? null : Math.min(seconds, MAX_RETRY_SECONDS)
}

/** Returns the wait in the message of a refusal in seconds, at most an hour; null if the message names none. */
export function retrySecondsInMessage(message: string): number | null {
  const [, seconds] = /(?:retried in|try (?:again )?after) '?(\d+)'? seconds/i.exec(message) ?? []
  return seconds === undefined ? null : Math.min(Number(seconds), MAX_RETRY_SECONDS)
}

function requestedSeconds(header: (name: string) => string | undefined, now: number): number | null {
  for (const name of ['retry-after-ms', 'x-ms-retry-after-ms']) {
    const milliseconds = header(name)
    if (milliseconds && /^\s*\d+\s*$/.test(milliseconds)) return Number(milliseconds) / 1000
  }
  const scopes = COST_MANAGEMENT.flatMap((name) => secondsIn(header(name)) ?? [])
  // each scope refuses separately, so wait for the longest
  if (scopes.length > 0) return Math.max(...scopes, secondsIn(header('retry-after')) ?? 0)
  const value = header('retry-after')?.trim()
  if (!value) return null
  if (/^\d+$/.test(value)) return Number(value)
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.max(0, (date - now) / 1000)
}
