export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export const densities = ['comfortable', 'compact'] as const
/** How much room the rows of tables take. */
export type Density = (typeof densities)[number]

/** Display preferences, kept in cookies so that the server renders with them. */
export interface Preferences {
  theme: Theme
  /** `UTC`, or the IANA name of the browser's zone */
  zone: string
  density: Density
}

export const THEME_COOKIE = 'peerwatch-theme'
export const ZONE_COOKIE = 'peerwatch-zone'
export const DENSITY_COOKIE = 'peerwatch-density'

/** Reads preferences from cookie values; anything unknown falls back to the system's theme, UTC and comfortable rows. */
export function readPreferences(
  theme: string | undefined,
  zone: string | undefined,
  density?: string | undefined,
): Preferences {
  return {
    theme: themes.find((known) => known === theme) ?? 'system',
    zone: zone && isZone(zone) ? zone : 'UTC',
    density: densities.find((known) => known === density) ?? 'comfortable',
  }
}

function isZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en-GB', { timeZone: zone }))
  } catch {
    return false
  }
}
