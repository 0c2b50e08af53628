export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** Cookie in which a browser stores its theme. */
export const THEME_COOKIE = 'peerwatch-theme'

/** Returns the theme that a browser stored in its cookie; `system` if the value is unknown or missing. */
export const parseThemeCookie = (value: string | null | undefined): Theme =>
  themes.find((known) => known === value) ?? 'system'
