import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { COLOR_THEME_COOKIE_NAME, type ColorTheme } from '#lib/contract/theme.ts'
import { formatZoneLabel } from '../format/instant.ts'
import { useToday } from './times/page-clock.tsx'
import {
  DENSITY_COOKIE,
  type RowDensity,
  type DisplayPreferences,
  TRY_COOKIE,
  UPTIME_COOKIE,
  type UptimeDayCount,
  ZONE_COOKIE,
} from './preferences-values.ts'

interface PreferencesControl extends DisplayPreferences {
  setTheme: (theme: ColorTheme) => void
  setLocalZone: (local: boolean) => void
  setDensity: (density: RowDensity) => void
  setUptimeDays: (days: UptimeDayCount) => void
  dismissTry: () => void
}

const PreferencesContext = createContext<PreferencesControl>({
  theme: 'system',
  zone: 'UTC',
  density: 'comfortable',
  uptimeDays: 30,
  isTryDismissed: true,
  setTheme: () => {},
  setLocalZone: () => {},
  setDensity: () => {},
  setUptimeDays: () => {},
  dismissTry: () => {},
})
export const usePreferences = () => useContext(PreferencesContext)
export const useZone = () => useContext(PreferencesContext).zone

/** Returns the label of the time zone that the user chose, for headers of columns with times. */
export function useZoneLabel(): string {
  const zone = useZone()
  return formatZoneLabel(useToday(), zone)
}

const remember = (name: string, value: string) => {
  // The preference is stored in a cookie and not in localStorage, because the server reads it when it renders the next
  // page.
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=lax`
}

export function PreferencesProvider({ initial, children }: { initial: DisplayPreferences; children: ReactNode }) {
  const [preferences, setPreferences] = useState(initial)
  const setTheme = useCallback((theme: ColorTheme) => {
    remember(COLOR_THEME_COOKIE_NAME, theme)
    document.documentElement.dataset.theme = theme
    setPreferences((now) => ({ ...now, theme }))
  }, [])
  const setLocalZone = useCallback((local: boolean) => {
    const zone = local ? Intl.DateTimeFormat().resolvedOptions().timeZone : 'UTC'
    remember(ZONE_COOKIE, zone)
    setPreferences((now) => ({ ...now, zone }))
  }, [])
  const setDensity = useCallback((density: RowDensity) => {
    remember(DENSITY_COOKIE, density)
    document.documentElement.dataset.density = density
    setPreferences((now) => ({ ...now, density }))
  }, [])
  const setUptimeDays = useCallback((uptimeDays: UptimeDayCount) => {
    remember(UPTIME_COOKIE, String(uptimeDays))
    setPreferences((now) => ({ ...now, uptimeDays }))
  }, [])
  const dismissTry = useCallback(() => {
    remember(TRY_COOKIE, 'dismissed')
    setPreferences((now) => ({ ...now, isTryDismissed: true }))
  }, [])
  const value = useMemo(
    () => ({ ...preferences, setTheme, setLocalZone, setDensity, setUptimeDays, dismissTry }),
    [preferences, setTheme, setLocalZone, setDensity, setUptimeDays, dismissTry],
  )
  return <PreferencesContext value={value}>{children}</PreferencesContext>
}
