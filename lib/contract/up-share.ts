/** Breakdown of a period, from which screens, e-mails and exports compute the share of uptime. */
export interface UptimeBreakdown {
  seconds: number
  upSeconds: { atLeast: number; atMost: number }
  /** time in which no good poll would have detected an outage */
  unknownSeconds: number
  /** certain or possible outage inside announced maintenance; absent for a session */
  plannedSeconds?: number
}

/** Returns the denominator of the uptime share: the period without unobserved and planned time. */
export const observedSeconds = ({ seconds, unknownSeconds, plannedSeconds = 0 }: UptimeBreakdown): number =>
  seconds - unknownSeconds - plannedSeconds

/**
 * Returns the share of the observed time that was up, 0 to 1, as bounds. A gap counts neither as uptime nor as
 * downtime.
 * @returns null = nothing was observed
 * @source docs/rules/availability.md
 */
export function upShare(time: UptimeBreakdown): { atLeast: number; atMost: number } | null {
  const observed = observedSeconds(time)
  if (observed <= 0) return null
  // Because of rounding, the sum of several parts may slightly exceed the whole.
  const share = (seconds: number) => Math.min(1, seconds / observed)
  return { atLeast: share(time.upSeconds.atLeast), atMost: share(time.upSeconds.atMost) }
}
