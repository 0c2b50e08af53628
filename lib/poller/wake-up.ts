/** A sleep that can be cut short: by time, by {@link WakeUp.now}, or by a signal. */
export class WakeUp {
  #pending = false
  #wake: (() => void) | null = null

  /** Ends the current sleep, or the next one before it begins. */
  now(): void {
    this.#pending = true
    this.#wake?.()
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#pending && !signal.aborted && ms > 0) {
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          this.#wake = null
          resolve()
        }
        const timer = setTimeout(done, ms)
        signal.addEventListener('abort', done, { once: true })
        this.#wake = done
      })
    }
    this.#pending = false
  }
}
