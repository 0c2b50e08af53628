/** Earliest time that is accepted. An earlier time, for example .NET's default time, means that no time is set. */
const EARLIEST = Date.UTC(2008, 0, 1)

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/i
/**
 * Pattern for a time in .NET's American form: `8/6/2026 8:05:41 AM`, with or without ` UTC` at its end, or `08/06/2026
 * 08:05:41`.
 */
const AMERICAN = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d\d):(\d\d)(?: ?([AP])M)?(?: UTC)?$/i

/**
 * Parses a time in UTC: in ISO form with or without a zone, for example `2026-08-06T08:05:41.1234567Z`, or in .NET's
 * American form.
 * @returns epoch milliseconds, truncated; null if no time is set, or if its form is unknown
 */
export function parseInstant(text: string | null): number | null {
  const printed = text?.trim() ?? ''
  const iso = ISO.exec(printed)
  const at = iso ? Date.parse(iso[1] === undefined ? `${printed}Z` : printed) : american(printed)
  return Number.isNaN(at) || at < EARLIEST ? null : at
}

function american(printed: string): number {
  const [, month, day, year, hour, minute, second, half] = AMERICAN.exec(printed) ?? []
  if (month === undefined || Number(month) > 12 || Number(day) > 31) return Number.NaN
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toUpperCase() === 'P' ? 12 : 0)
  return Date.UTC(Number(year), Number(month) - 1, Number(day), hours, Number(minute), Number(second))
}
