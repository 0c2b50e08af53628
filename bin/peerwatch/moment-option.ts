import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'

const UNITS: Readonly<Record<string, number>> = createSafeLookupTable({
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
})

/** An argument is invalid. The message is one line that tells the user what to write instead. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/**
 * Parses a time that a user has written: `now`, `15m` (15 minutes ago), `2026-11-20`, `2026-11-20 03:12`, or
 * `2026-11-20T03:12:00Z`. The time is in UTC if it has no offset.
 * @returns the time in ISO 8601, UTC
 * @throws UsageError if the text is not a time
 */
export function parseMomentOption(text: string, now: number): string {
  const written = text.trim()
  if (written === 'now') return new Date(now).toISOString()
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(written) ?? []
  if (count !== undefined) return new Date(now - Number(count) * (UNITS[unit] ?? 0)).toISOString()
  const [, day, time = '00:00', offset = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(written) ?? []
  const at = day === undefined ? Number.NaN : Date.parse(`${day}T${time}${offset}`)
  if (Number.isNaN(at)) {
    throw new UsageError(
      `${JSON.stringify(text)} is not a moment: write 2026-11-20T03:12:00Z, "2026-11-20 03:12" (UTC), or 15m, 2h, 3d for ago`,
    )
  }
  return new Date(at).toISOString()
}
