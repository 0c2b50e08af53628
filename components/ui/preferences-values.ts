export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** Display preferences, kept in cookies so that the server renders with them. */
export interface Preferences {
  theme: Theme
  /** `UTC`, or the IANA name of the browser's zone */
  zone: string
}

export const THEME_COOKIE = 'peerwatch-theme'
export const ZONE_COOKIE = 'peerwatch-zone'

/** Reads preferences from cookie values; anything unknown falls back to the system's theme and UTC. */
export function readPreferences(theme: string | undefined, zone: string | undefined): Preferences {
  return {
    theme: themes.find((known) => known === theme) ?? 'system',
    zone: zone && isZone(zone) ? zone : 'UTC',
  }
}

function isZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en-GB', { timeZone: zone }))
  } catch {
    return false
  }
}
