export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** Cookie in which a browser stores its theme. */
export const THEME_COOKIE = 'peerwatch-theme'

/** Returns the theme of a cookie's value; unknown values mean the system's theme. */
export const readTheme = (value: string | null | undefined): Theme =>
  themes.find((known) => known === value) ?? 'system'
