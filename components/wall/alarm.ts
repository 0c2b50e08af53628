/**
 * Sound of a wall display: `down` while a resource is DOWN, `degraded` when a resource that was up becomes degraded.
 */
export type WallSound = 'down' | 'degraded'

const tunes: Record<WallSound, readonly number[]> = { down: [880, 660, 880, 660], degraded: [523] }
const TONE_SECONDS = 0.18

/** Sound output of a wall display. Browsers block sound until the user clicks or presses a key on the page. */
export class AlarmSpeaker {
  private context: AudioContext | null = null

  /**
   * Enables sound if the browser allows it.
   * @returns whether sound is enabled
   */
  async arm(): Promise<boolean> {
    this.context ??= new AudioContext()
    // without a user action this promise may stay pending forever, so the state is checked after 500 ms
    await Promise.race([this.context.resume(), new Promise((resolve) => setTimeout(resolve, 500))])
    return this.context.state === 'running'
  }

  play(alert: WallSound): void {
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
