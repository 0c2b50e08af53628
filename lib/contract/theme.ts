export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** The cookie in which a browser keeps its theme. */
export const THEME_COOKIE = 'peerwatch-theme'

/** What a cookie's value stands for; anything unknown for the system's theme. */
export const readTheme = (value: string | null | undefined): Theme =>
  themes.find((known) => known === value) ?? 'system'
