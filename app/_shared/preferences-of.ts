import { cookies } from 'next/headers'
import {
  DENSITY_COOKIE,
  type Preferences,
  readPreferences,
  THEME_COOKIE,
  ZONE_COOKIE,
} from '#components/ui/preferences-values.ts'

/** Theme, zone and density that the visitor's browser keeps. */
export async function preferencesOf(): Promise<Preferences> {
  const jar = await cookies()
  return readPreferences(jar.get(THEME_COOKIE)?.value, jar.get(ZONE_COOKIE)?.value, jar.get(DENSITY_COOKIE)?.value)
}
