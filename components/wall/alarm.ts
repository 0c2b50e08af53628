import type { WallState, WallTile } from '#lib/overview/api/index.ts'

type Alert = 'down' | 'degraded'

/** Interval of sounds while an unacknowledged resource is DOWN, milliseconds. */
export const REMIND_EVERY_MS = 60_000

/**
 * Returns the sound to play: `down` when a resource goes down and as a reminder while it stays down, `degraded` when a
 * resource that was up is degraded; null = no sound. An acknowledged resource makes no sound, but its tile stays
 * visible.
 * @param before state of each tile at the last check, by ID; null = first check
 * @param sinceLast milliseconds since the last sound
 */
export function chooseAlert(
  tiles: readonly Pick<WallTile, 'id' | 'state' | 'acknowledged'>[],
  before: ReadonlyMap<string, WallState> | null,
  sinceLast: number,
): Alert | null {
  const loud = tiles.filter(({ acknowledged }) => acknowledged === null)
  const isNew = (state: WallState) => loud.some((tile) => tile.state === state && before?.get(tile.id) !== state)
  const isDown = loud.some(({ state }) => state === 'down')
  if (isDown && (sinceLast >= REMIND_EVERY_MS || isNew('down'))) return 'down'
  return before !== null && loud.some((tile) => tile.state === 'degraded' && before.get(tile.id) === 'up')
    ? 'degraded'
    : null
}

const tunes: Record<Alert, readonly number[]> = { down: [880, 660, 880, 660], degraded: [523] }
const TONE_SECONDS = 0.18

const KEY = 'peerwatch-wall-sounded'

/** Sound output of a wall. Browsers block sound until the user clicks or presses a key on the page. */
export class Speaker {
  private context: AudioContext | null = null

  /**
   * Reports whether sound was enabled before a reload of the page. Browsers may remember that user action for the same
   * site.
   */
  static get mayBeArmed(): boolean {
    return sessionStorage.getItem(KEY) !== null
  }

  /**
   * Enables sound if the browser allows it.
   * @returns whether sound is enabled
   */
  async arm(): Promise<boolean> {
    this.context ??= new AudioContext()
    // without a user action this promise may stay pending forever, so the state is checked after 500 ms
    await Promise.race([this.context.resume(), new Promise((resolve) => setTimeout(resolve, 500))])
    const isArmed = this.context.state === 'running'
    if (isArmed) sessionStorage.setItem(KEY, 'yes')
    return isArmed
  }

  play(alert: Alert): void {
    const { context } = this
    if (context?.state !== 'running') return
    tunes[alert].forEach((hertz, step) => tone(context, hertz, context.currentTime + step * TONE_SECONDS))
  }

  async close(): Promise<void> {
    const { context } = this
    this.context = null
    if (context && context.state !== 'closed') await context.close()
  }
}

function tone(context: AudioContext, hertz: number, at: number): void {
  const oscillator = context.createOscillator()
  const gain = context.createGain()
  oscillator.frequency.value = hertz
  gain.gain.setValueAtTime(0.25, at)
  gain.gain.exponentialRampToValueAtTime(0.001, at + TONE_SECONDS)
  oscillator.connect(gain).connect(context.destination)
  oscillator.start(at)
  oscillator.stop(at + TONE_SECONDS)
}
