'use client'

import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { zoneLabel } from '../format/instant.ts'
import { useToday } from './clock.tsx'
import { type Preferences, THEME_COOKIE, type Theme, ZONE_COOKIE } from './preferences-values.ts'

interface PreferencesControl extends Preferences {
  setTheme: (theme: Theme) => void
  setLocalZone: (local: boolean) => void
}

const PreferencesContext = createContext<PreferencesControl>({
  theme: 'system',
  zone: 'UTC',
  setTheme: () => {},
  setLocalZone: () => {},
})
export const usePreferences = () => useContext(PreferencesContext)
export const useZone = () => useContext(PreferencesContext).zone

/** The label of the chosen zone, for headers of time columns. */
export function useZoneLabel(): string {
  const zone = useZone()
  return zoneLabel(useToday(), zone)
}

const remember = (name: string, value: string) => {
  // a cookie, not localStorage: the server reads it to render the next page
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=lax`
}

export function PreferencesProvider({ initial, children }: { initial: Preferences; children: ReactNode }) {
  const [preferences, setPreferences] = useState(initial)
  const setTheme = useCallback((theme: Theme) => {
    remember(THEME_COOKIE, theme)
    document.documentElement.dataset.theme = theme
    setPreferences((now) => ({ ...now, theme }))
  }, [])
  const setLocalZone = useCallback((local: boolean) => {
    const zone = local ? Intl.DateTimeFormat().resolvedOptions().timeZone : 'UTC'
    remember(ZONE_COOKIE, zone)
    setPreferences((now) => ({ ...now, zone }))
  }, [])
  const value = useMemo(() => ({ ...preferences, setTheme, setLocalZone }), [preferences, setTheme, setLocalZone])
  return <PreferencesContext value={value}>{children}</PreferencesContext>
}
