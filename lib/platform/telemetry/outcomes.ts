import type { Logger } from '../log.ts'
import { counter } from '../metrics.ts'

/** How often it is said that a collector takes nothing. */
const EVERY_MS = 60_000

const exportsTotal = () =>
  counter(
    'peerwatch_otlp_exports_total',
    'Requests of this process to an OpenTelemetry collector, by signal and outcome',
    ['signal', 'outcome'],
  )

/**
 * Counts what exports came to, and says at once that they fail, then once a minute, and that they succeed again. Its own lines are not
 * exported: each would be one more that can't be sent.
 */
export class ExportOutcomes {
  readonly #log: Logger
  readonly #failing = new Map<string, { saidAt: number; since: number }>()
  #complainedAt = Number.NEGATIVE_INFINITY

  constructor(log: Logger) {
    this.#log = log
  }

  note(signal: string, error: Error | null, now = Date.now()): void {
    exportsTotal().inc({ signal, outcome: error ? 'failed' : 'ok' })
    const failing = this.#failing.get(signal)
    if (!error) {
      if (failing) this.#log.info({ signal }, 'the collector takes what is sent again')
      this.#failing.delete(signal)
      return
    }
    if (failing && now - failing.saidAt < EVERY_MS) {
      failing.since += 1
      return
    }
    const { name, message } = error
    this.#log.warn(
      { signal, error: message || name, ...(failing && failing.since > 0 && { suppressed: failing.since }) },
      'the collector does not take what is sent; what finds no room meanwhile is dropped',
    )
    this.#failing.set(signal, { saidAt: now, since: 0 })
  }

  /** What OpenTelemetry's own packages say of themselves, once a minute. */
  complain(message: string, now = Date.now()): void {
    if (now - this.#complainedAt < EVERY_MS) return
    this.#complainedAt = now
    this.#log.warn({ said: message.slice(0, 500) }, 'OpenTelemetry')
  }
}
