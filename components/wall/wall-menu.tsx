import { type ReactNode, useEffect, useState } from 'react'

/** Time in milliseconds after the last input at which the menu disappears. */
const STAYS_MS = 6_000
const inputs = ['pointermove', 'pointerdown', 'keydown'] as const

/** Reports whether the user moved the pointer or pressed a key or button in the last `STAYS_MS`. */
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

/**
 * Shows the menu of a wall for some seconds after input from a pointer or a keyboard.
 * @param children links, rendered by the server
 */
export function WallMenu({ children }: { children: ReactNode }) {
  const isPresent = usePresence()
  return (
    <nav aria-label="Wall" className="wall-menu" data-present={isPresent || undefined}>
      {children}
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
