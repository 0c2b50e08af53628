/** Earliest valid time. .NET's default time and other times before Azure existed mean that there is no time. */
const EARLIEST = Date.UTC(2008, 0, 1)

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/i
/** .NET's American form of a time: `8/6/2026 8:05:41 AM`, the same with ` UTC`, and `08/06/2026 08:05:41`. */
const AMERICAN = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d\d):(\d\d)(?: ?([AP])M)?(?: UTC)?$/i

/**
 * Parses a time in a UTC field: ISO form with or without a zone, for example `2026-08-06T08:05:41.1234567Z`, or .NET's
 * American form.
 * @returns epoch milliseconds, further digits cut off; null if there is no time, or if its form is unknown
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
