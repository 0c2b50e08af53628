import { readTheme, type Theme } from '#lib/contract/theme.ts'

export const rowDensities = ['comfortable', 'compact'] as const
/** Height of table rows. */
export type RowDensity = (typeof rowDensities)[number]

/** Numbers of days that uptime bars can show. */
export const uptimeDayCounts = [30, 90] as const
export type UptimeLength = (typeof uptimeDayCounts)[number]

/** Display preferences, stored in cookies so that the server renders with them. */
export interface Preferences {
  theme: Theme
  /** `UTC`, or the IANA name of the browser's zone */
  zone: string
  density: RowDensity
  uptimeDays: UptimeLength
}

export const ZONE_COOKIE = 'peerwatch-zone'
export const DENSITY_COOKIE = 'peerwatch-density'
export const UPTIME_COOKIE = 'peerwatch-uptime'

/**
 * Reads preferences from cookie values. An unknown or missing value becomes the system's theme, UTC, comfortable rows
 * or 30 days.
 */
export function readPreferences(
  theme: string | undefined,
  zone: string | undefined,
  density?: string | undefined,
  uptimeDays?: string | undefined,
): Preferences {
  return {
    theme: readTheme(theme),
    zone: zone && isZone(zone) ? zone : 'UTC',
    density: rowDensities.find((known) => known === density) ?? 'comfortable',
    uptimeDays: uptimeDayCounts.find((known) => String(known) === uptimeDays) ?? 30,
  }
}

function isZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en-GB', { timeZone: zone }))
  } catch {
    return false
  }
}

export const themeNames: Record<Theme, string> = { system: 'System', light: 'Light', dark: 'Dark' }
