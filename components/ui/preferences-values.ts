import { parseThemeCookie, type ColorTheme } from '#lib/contract/theme.ts'

export const rowDensities = ['comfortable', 'compact'] as const
/** Height of table rows. */
export type RowDensity = (typeof rowDensities)[number]

/** Numbers of days that uptime bars can show. */
export const uptimeDayCounts = [30, 90] as const
export type UptimeDayCount = (typeof uptimeDayCounts)[number]

/** Display preferences, stored in cookies so that the server renders with them. */
export interface DisplayPreferences {
  theme: ColorTheme
  /** `UTC`, or the IANA name of the browser's zone */
  zone: string
  density: RowDensity
  uptimeDays: UptimeDayCount
  /** whether the user dismissed the things to try on the home page */
  isTryDismissed: boolean
}

export const ZONE_COOKIE = 'peerwatch-zone'
export const DENSITY_COOKIE = 'peerwatch-density'
export const UPTIME_COOKIE = 'peerwatch-uptime'
export const TRY_COOKIE = 'peerwatch-try'

/**
 * Reads preferences from cookie values. An unknown or missing value becomes the system's theme, UTC, comfortable rows,
 * 30 days, or things to try that are shown.
 */
export function parsePreferences(
  theme: string | undefined,
  zone: string | undefined,
  density?: string | undefined,
  uptimeDays?: string | undefined,
  tried?: string | undefined,
): DisplayPreferences {
  return {
    theme: parseThemeCookie(theme),
    zone: zone && isZone(zone) ? zone : 'UTC',
    density: rowDensities.find((known) => known === density) ?? 'comfortable',
    uptimeDays: uptimeDayCounts.find((known) => String(known) === uptimeDays) ?? 30,
    isTryDismissed: tried === 'dismissed',
  }
}

function isZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en-GB', { timeZone: zone }))
  } catch {
    return false
  }
}

export const themeNames: Record<ColorTheme, string> = { system: 'System', light: 'Light', dark: 'Dark' }
