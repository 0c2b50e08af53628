import { cookies } from 'next/headers'
import {
  DENSITY_COOKIE,
  type Preferences,
  readPreferences,
  UPTIME_COOKIE,
  ZONE_COOKIE,
} from '#components/ui/preferences-values.ts'
import { THEME_COOKIE } from '#lib/contract/theme.ts'

/** Theme, zone, density and days of uptime that the visitor's browser keeps. */
export async function preferencesOf(): Promise<Preferences> {
  const jar = await cookies()
  const kept = (name: string) => jar.get(name)?.value
  return readPreferences(kept(THEME_COOKIE), kept(ZONE_COOKIE), kept(DENSITY_COOKIE), kept(UPTIME_COOKIE))
}
