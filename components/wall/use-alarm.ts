import { useEffect, useRef, useState } from 'react'
import type { WallState, WallTile } from '#lib/overview/api/index.ts'
import type { WallSound, AlarmSpeaker } from './alarm.ts'

export type AlarmSoundState = 'armed' | 'not armed' | 'off'

/** Interval of sounds while an unacknowledged resource is DOWN, milliseconds. */
const REMIND_EVERY_MS = 60_000

/**
 * Returns the sound to play; null = no sound. `down` is played when a resource goes down, and again as a reminder while
 * it stays down. `degraded` is played when a resource that was up becomes degraded. A resource with an acknowledged
 * problem makes no sound.
 * @param before state of each tile at the last check, by ID; null = first check
 * @param sinceLast milliseconds since the last sound
 */
export function chooseAlarmSound(
  tiles: readonly Pick<WallTile, 'id' | 'state' | 'acknowledged'>[],
  before: ReadonlyMap<string, WallState> | null,
  sinceLast: number,
): WallSound | null {
  const loud = tiles.filter(({ acknowledged }) => acknowledged === null)
  const isNew = (state: WallState) => loud.some((tile) => tile.state === state && before?.get(tile.id) !== state)
  const isDown = loud.some(({ state }) => state === 'down')
  if (isDown && (sinceLast >= REMIND_EVERY_MS || isNew('down'))) return 'down'
  return before !== null && loud.some((tile) => tile.state === 'degraded' && before.get(tile.id) === 'up')
    ? 'degraded'
    : null
}

const gestures = ['pointerdown', 'keydown'] as const
/**
 * Key in the browser's session storage that is set after sound was enabled, so that a reload of the page enables sound
 * again.
 */
const KEY = 'peerwatch-wall-sounded'

/**
 * Plays a sound when the states of tiles get worse, and enables sound after the first click or key press. The code for
 * sound is loaded only then, because a wall without sound does not need it.
 * @param isWanted whether the wall's settings allow sound
 * @param tiles null while the data is outdated; no sound is played then, because the screen shows a text
 */
export function useAlarm(isWanted: boolean, tiles: readonly WallTile[] | null, now: number): AlarmSoundState {
  const [isArmed, setArmed] = useState(false)
  const speaker = useRef<AlarmSpeaker | null>(null)
  const before = useRef<Map<string, WallState> | null>(null)
  const lastGoodPollAt = useRef(0)

  useEffect(() => {
    if (!isWanted) return
    let own: AlarmSpeaker | null = null
    let isClosed = false
    const enable = async () => {
      const { AlarmSpeaker } = await import('./alarm.ts')
      if (isClosed) return
      speaker.current = own ??= new AlarmSpeaker()
      const isEnabled = await own.arm()
      if (isEnabled) sessionStorage.setItem(KEY, 'yes')
      if (!isClosed) setArmed(isEnabled)
    }
    const arm = () => void enable().catch(() => setArmed(false))
    // Browsers may remember an earlier user action on the same site, so that sound can be enabled without a new one.
    if (sessionStorage.getItem(KEY) !== null) arm()
    for (const gesture of gestures) window.addEventListener(gesture, arm)
    return () => {
      isClosed = true
      for (const gesture of gestures) window.removeEventListener(gesture, arm)
      speaker.current = null
      setArmed(false)
      void own?.close()
    }
  }, [isWanted])

  useEffect(() => {
    if (tiles === null) return
    const alert = chooseAlarmSound(tiles, before.current, now - lastGoodPollAt.current)
    before.current = new Map(tiles.map(({ id, state }) => [id, state]))
    if (alert === null) return
    lastGoodPollAt.current = now
    speaker.current?.play(alert)
  }, [tiles, now])

  return isWanted ? (isArmed ? 'armed' : 'not armed') : 'off'
}
