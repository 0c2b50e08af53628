import { useEffect, useRef, useState } from 'react'
import type { WallState, WallTile } from '#lib/overview/api/index.ts'
import { chooseAlert, Speaker } from './alarm.ts'

export type SoundState = 'armed' | 'not armed' | 'off'

const gestures = ['pointerdown', 'keydown'] as const

/**
 * Plays the alarm when the tiles get worse, and enables sound after the first click or key press.
 * @param isWanted whether the wall's settings allow sound
 * @param tiles null while the data is outdated; no sound is played then, because the screen shows a text
 */
export function useAlarm(isWanted: boolean, tiles: readonly WallTile[] | null, now: number): SoundState {
  const [isArmed, setArmed] = useState(false)
  const speaker = useRef<Speaker | null>(null)
  const before = useRef<Map<string, WallState> | null>(null)
  const lastGoodPollAt = useRef(0)

  useEffect(() => {
    if (!isWanted) return
    const own = new Speaker()
    speaker.current = own
    const arm = () => {
      own.arm().then(setArmed, () => setArmed(false))
    }
    if (Speaker.mayBeArmed) arm()
    for (const gesture of gestures) window.addEventListener(gesture, arm)
    return () => {
      for (const gesture of gestures) window.removeEventListener(gesture, arm)
      speaker.current = null
      setArmed(false)
      void own.close()
    }
  }, [isWanted])

  useEffect(() => {
    if (tiles === null) return
    const alert = chooseAlert(tiles, before.current, now - lastGoodPollAt.current)
    before.current = new Map(tiles.map(({ id, state }) => [id, state]))
    if (alert === null) return
    lastGoodPollAt.current = now
    speaker.current?.play(alert)
  }, [tiles, now])

  return isWanted ? (isArmed ? 'armed' : 'not armed') : 'off'
}
