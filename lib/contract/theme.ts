export const colorThemes = ['system', 'light', 'dark'] as const
export type ColorTheme = (typeof colorThemes)[number]

/** Cookie in which a browser stores its theme. */
export const COLOR_THEME_COOKIE_NAME = 'peerwatch-theme'

/** Returns the theme that a browser stored in its cookie; `system` if the value is unknown or missing. */
export const parseThemeCookie = (value: string | null | undefined): ColorTheme =>
  colorThemes.find((known) => known === value) ?? 'system'
