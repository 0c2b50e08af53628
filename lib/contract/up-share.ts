/**
 * Seconds of a period by their state (up, unknown, planned), from which screens, e-mails and exports compute the
 * availability.
 */
export interface UptimeBreakdown {
  seconds: number
  upSeconds: { atLeast: number; atMost: number }
  /** seconds in which no good poll would have detected an outage */
  unknownSeconds: number
  /** seconds of certain or possible outage during announced maintenance; absent for a session */
  plannedSeconds?: number
}

/**
 * Returns the number of seconds on which the availability is based: the period without its unobserved and planned
 * seconds.
 */
export const computeObservedSeconds = ({ seconds, unknownSeconds, plannedSeconds = 0 }: UptimeBreakdown): number =>
  seconds - unknownSeconds - plannedSeconds

/**
 * Returns bounds of the availability: the share of the observed time in which the resource was up, 0 to 1. Unobserved
 * time counts neither as uptime nor as downtime.
 * @returns null = nothing was observed
 * @source docs/rules/availability.md
 */
export function computeUpShare(time: UptimeBreakdown): { atLeast: number; atMost: number } | null {
  const observed = computeObservedSeconds(time)
  if (observed <= 0) return null
  // The numbers are rounded, so the uptime may be slightly more than the observed time.
  const share = (seconds: number) => Math.min(1, seconds / observed)
  return { atLeast: share(time.upSeconds.atLeast), atMost: share(time.upSeconds.atMost) }
}
