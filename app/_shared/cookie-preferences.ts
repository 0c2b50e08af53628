import { cookies } from 'next/headers'
import {
  DENSITY_COOKIE,
  type DisplayPreferences,
  parsePreferences,
  TRY_COOKIE,
  UPTIME_COOKIE,
  ZONE_COOKIE,
} from '#components/ui/preferences-values.ts'
import { COLOR_THEME_COOKIE_NAME } from '#lib/contract/theme.ts'

/**
 * Returns the preferences from the cookies of the visitor's browser: theme, time zone, height of table rows, number of
 * days in uptime bars, and whether the user dismissed the list "Things to try".
 */
export async function readCookiePreferences(): Promise<DisplayPreferences> {
  const jar = await cookies()
  const kept = (name: string) => jar.get(name)?.value
  return parsePreferences(
    kept(COLOR_THEME_COOKIE_NAME),
    kept(ZONE_COOKIE),
    kept(DENSITY_COOKIE),
    kept(UPTIME_COOKIE),
    kept(TRY_COOKIE),
  )
}
