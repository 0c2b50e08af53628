import { cookies } from 'next/headers'
import {
  DENSITY_COOKIE,
  type Preferences,
  parsePreferences,
  TRY_COOKIE,
  UPTIME_COOKIE,
  ZONE_COOKIE,
} from '#components/ui/preferences-values.ts'
import { THEME_COOKIE } from '#lib/contract/theme.ts'

/**
 * Returns the preferences from the cookies of the visitor's browser: theme, time zone, height of table rows, number of
 * days in uptime bars, and whether the user dismissed the list "Things to try".
 */
export async function readCookiePreferences(): Promise<Preferences> {
  const jar = await cookies()
  const kept = (name: string) => jar.get(name)?.value
  return parsePreferences(
    kept(THEME_COOKIE),
    kept(ZONE_COOKIE),
    kept(DENSITY_COOKIE),
    kept(UPTIME_COOKIE),
    kept(TRY_COOKIE),
  )
}
