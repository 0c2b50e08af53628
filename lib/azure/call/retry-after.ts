/**
 * Maximum wait in seconds that is accepted from Azure. All budgets of ARM refill within an hour. A longer wait is a
 * mistake of the server, which would stop the polls of a source for days.
 */
const MAX_RETRY_SECONDS = 3_600

/** Headers of Cost Management with a wait. It limits requests in several ways and sends one header for each. */
const COST_MANAGEMENT = ['qpu', 'entity', 'tenant', 'client', 'clienttype'].map(
  (scope) => `x-ms-ratelimit-microsoft.costmanagement-${scope}-retry-after`,
)

const secondsIn = (value: string | undefined): number | null =>
  value !== undefined && /^\s*\d+\s*$/.test(value) ? Number(value) : null

/**
 * Returns the wait in seconds that the response headers require, at most an hour; null if no header requires one.
 * @param now epoch milliseconds, for a header with a date (RFC 9110 section 10.2.3)
 */
export function parseRetryAfterSeconds(header: (name: string) => string | undefined, now: number): number | null {
  const seconds = requestedSeconds(header, now)
  return seconds === null ? null : Math.min(seconds, MAX_RETRY_SECONDS)
}

/** Returns the wait in seconds that the text of a refusal contains, at most an hour; null if it contains none. */
export function parseRetrySeconds(message: string): number | null {
  const [, seconds] = /(?:retried in|try (?:again )?after) '?(\d+)'? seconds/i.exec(message) ?? []
  return seconds === undefined ? null : Math.min(Number(seconds), MAX_RETRY_SECONDS)
}

function requestedSeconds(header: (name: string) => string | undefined, now: number): number | null {
  for (const name of ['retry-after-ms', 'x-ms-retry-after-ms']) {
    const milliseconds = header(name)
    if (milliseconds && /^\s*\d+\s*$/.test(milliseconds)) return Number(milliseconds) / 1000
  }
  const scopes = COST_MANAGEMENT.flatMap((name) => secondsIn(header(name)) ?? [])
  // several limits may refuse at the same time, so the longest wait counts
  if (scopes.length > 0) return Math.max(...scopes, secondsIn(header('retry-after')) ?? 0)
  const value = header('retry-after')?.trim()
  if (!value) return null
  if (/^\d+$/.test(value)) return Number(value)
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.max(0, (date - now) / 1000)
}
