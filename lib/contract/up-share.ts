/**
 * Seconds of a period by their state (up, unknown, planned), from which screens, e-mails and exports compute the
 * availability.
 */
export interface SecondsByUptimeState {
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
export const computeObservedSeconds = ({ seconds, unknownSeconds, plannedSeconds = 0 }: SecondsByUptimeState): number =>
  seconds - unknownSeconds - plannedSeconds

/**
 * Returns bounds of the availability: the share of the observed time in which the resource was up, 0 to 1. Unobserved
 * time counts neither as uptime nor as downtime.
 * @returns null = nothing was observed, or only planned work
 * @source docs/rules/availability.md
 */
export function computeAvailabilityBounds(time: SecondsByUptimeState): { atLeast: number; atMost: number } | null {
  const observed = computeObservedSeconds(time)
  if (observed <= 0) return null
  // The numbers are rounded, so the uptime may be slightly more than the observed time.
  const share = (seconds: number) => Math.min(1, seconds / observed)
  return { atLeast: share(time.upSeconds.atLeast), atMost: share(time.upSeconds.atMost) }
}

/**
 * Layers in which availability is measured, the most basic layer first. `session`: BGP sessions are up; `forwarding`:
 * at least one path carries traffic; `reachability`: every prefix has a route other than a default route.
 */
export const availabilityLayers = ['session', 'forwarding', 'reachability'] as const
export type AvailabilityLayer = (typeof availabilityLayers)[number]

/** Times of one resource by layer; null = no poll measures this layer. */
export type TimesByLayer<Time = SecondsByUptimeState> = Readonly<Record<AvailabilityLayer, Time | null>>

/** Layer with the lowest availability, and its bounds (0 to 1). */
interface WorstShare {
  layer: AvailabilityLayer
  share: { atLeast: number; atMost: number }
}

/**
 * Returns the availability that is shown first, which is the lowest of the measured layers
 * ({@link availabilityLayers}). If several layers are equal, the most basic layer is returned. Null = no layer was
 * observed.
 * @source docs/rules/availability.md
 */
export function findWorstAvailability(times: TimesByLayer): WorstShare | null {
  const [worst] = availabilityLayers
    .flatMap((layer) => {
      const share = times[layer] && computeAvailabilityBounds(times[layer])
      return share ? [{ layer, share }] : []
    })
    .toSorted((a, b) => a.share.atLeast - b.share.atLeast || a.share.atMost - b.share.atMost)
  return worst ?? null
}
