import type { WallState, WallTile } from '#lib/contract/index.ts'

export type Alert = 'down' | 'degraded'

/** How often what is down and taken on by nobody is told again, milliseconds. */
export const REMIND_EVERY_MS = 60_000

/**
 * What is to be heard: a thing that got worse, and now and then what is down still. What somebody has taken on is silent, whatever
 * becomes of it; its tile is not.
 * @param before state of each tile when it was last looked at, by id; null = this is the first look
 * @param sinceLast milliseconds since anything was heard
 */
export function alertFor(
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

/** The loudspeaker. A browser lets no page sound before somebody touched it. */
export class Speaker {
  private context: AudioContext | null = null

  /** Whether a touch of before the page was loaded anew may still count: browsers carry it over to the same site. */
  static get mayBeArmed(): boolean {
    return sessionStorage.getItem(KEY) !== null
  }

  /** @returns whether it can be heard */
  async arm(): Promise<boolean> {
    this.context ??= new AudioContext()
    // without a gesture this may stay pending for ever; the state tells
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
