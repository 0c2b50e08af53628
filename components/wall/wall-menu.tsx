'use client'

import { useEffect, useState } from 'react'
import { wallHref, layouts, type WallSettings } from './wall-settings.ts'

/** Time until the menu hides after the last input, milliseconds. */
const STAYS_MS = 6_000
/** A full page load: the wall shares no scripts with the other pages. */
const OVERVIEW = '/'
const inputs = ['pointermove', 'pointerdown', 'keydown'] as const

/** Whether there was recent input. */
function usePresence(): boolean {
  const [isPresent, setPresent] = useState(false)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const seen = () => {
      setPresent(true)
      clearTimeout(timer)
      timer = setTimeout(() => setPresent(false), STAYS_MS)
    }
    for (const sign of inputs) window.addEventListener(sign, seen)
    return () => {
      for (const sign of inputs) window.removeEventListener(sign, seen)
      clearTimeout(timer)
    }
  }, [])
  return isPresent
}

/** Settings of a wall, visible after input. Each choice is an address that can be saved. */
export function WallMenu({ settings }: { settings: WallSettings }) {
  const isPresent = usePresence()
  const { layout, rotateMs, by, sound } = settings
  const next = layouts[(layouts.indexOf(layout) + 1) % layouts.length] ?? 'auto'
  const isBySubscription = rotateMs !== null && by === 'subscription'
  return (
    <nav aria-label="Wall" className="wall-menu" data-present={isPresent || undefined}>
      <a href={OVERVIEW}>Overview</a>
      <a href={wallHref({ ...settings, layout: next })}>Layout: {layout}</a>
      <a
        href={wallHref({
          ...settings,
          by: isBySubscription ? 'page' : 'subscription',
          rotateMs: isBySubscription ? null : 60_000,
        })}
      >
        {isBySubscription ? 'All in one view' : 'Rotate by subscription'}
      </a>
      <a href={wallHref({ ...settings, sound: !sound })}>Sound: {sound ? 'on' : 'off'}</a>
      <button type="button" onClick={() => void toggleFullScreen()}>
        Full screen
      </button>
    </nav>
  )
}

async function toggleFullScreen(): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen()
  else await document.documentElement.requestFullscreen()
}
