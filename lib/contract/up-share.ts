/** An interval of time, divided; the screens, mail and exports take their shares of uptime from it. */
export interface UptimeBreakdown {
  seconds: number
  upSeconds: { atLeast: number; atMost: number }
  /** no good poll would have seen an outage */
  unknownSeconds: number
  /** an outage, or what may be one, inside announced maintenance; of a session there is none */
  plannedSeconds?: number
}

/** What a share of uptime is of: all of it but what nobody saw and what was planned. */
export const observedSeconds = ({ seconds, unknownSeconds, plannedSeconds = 0 }: UptimeBreakdown): number =>
  seconds - unknownSeconds - plannedSeconds

/**
 * The share of the observed time that was up, 0 to 1, as bounds: a gap is no uptime and no downtime.
 * @returns null = nothing was observed
 * @source docs/rules/availability.md
 */
export function upShare(time: UptimeBreakdown): { atLeast: number; atMost: number } | null {
  const observed = observedSeconds(time)
  if (observed <= 0) return null
  // seconds of several parts, added up, may exceed what they are parts of in the last digit
  const share = (seconds: number) => Math.min(1, seconds / observed)
  return { atLeast: share(time.upSeconds.atLeast), atMost: share(time.upSeconds.atMost) }
}
