import type { TimestampBounds } from '#lib/contract/index.ts'
import { hasFewerScaleUnits, type ScaleUnitSample, DEFAULT_INSTANCE_COUNT } from './replaced-instance.ts'

/** A session of a gateway with an external neighbor, which has been established at least once. */
interface InstanceSession {
  localAddress: string
  neighbor: string
  isUp: boolean
  /** true if the newest poll reports no session of the instance */
  isSilent: boolean
}

/** Facts of a gateway that show whether Azure removed instances because of low load ("scaling in"). */
interface ScalingFacts {
  /** true if Azure adds and removes instances by load */
  scales: boolean
  /** addresses of the instances in the gateway's configuration */
  addresses: readonly string[]
  sessions: readonly InstanceSession[]
  units: readonly ScaleUnitSample[]
}

/**
 * Reports whether every neighbor of an instance has an established session with another reporting instance of the
 * gateway.
 * @param neighbor only this neighbor; null = all neighbors of the instance
 */
export function areNeighborsServedByOthers(
  sessions: readonly InstanceSession[],
  instance: string,
  neighbor: string | null,
): boolean {
  const own = sessions.filter(({ localAddress }) => localAddress === instance).map((session) => session.neighbor)
  const neighbors = neighbor === null ? own : [neighbor]
  const others = upElsewhere(sessions, instance)
  return neighbors.length > 0 && neighbors.every((one) => others.some((session) => session.neighbor === one))
}

/**
 * Reports whether an instance without sessions may have been removed by scaling in, so that it does not count as lost
 * yet (ADR 0276). All of these conditions must be met:
 * - The gateway scales by load, and its configuration no longer contains the instance.
 * - At least two other instances have sessions, and each neighbor of the instance has a session with one of them.
 * - The number of scale units fell, or is not reported yet.
 * Used for events and for the gateway's page.
 * @param left when the instance left
 */
export function mayInstanceHaveBeenScaledIn(
  instance: string,
  { scales, addresses, sessions, units }: ScalingFacts,
  left: TimestampBounds,
): boolean {
  if (!scales || addresses.includes(instance)) return false
  const reporting = new Set(upElsewhere(sessions, instance).map(({ localAddress }) => localAddress))
  if (reporting.size < DEFAULT_INSTANCE_COUNT || !areNeighborsServedByOthers(sessions, instance, null)) return false
  return hasFewerScaleUnits(units, left) !== false
}

const upElsewhere = (sessions: readonly InstanceSession[], instance: string) =>
  sessions.filter(({ localAddress, isUp, isSilent }) => localAddress !== instance && isUp && !isSilent)
