import type { Bounds } from '#lib/contract/index.ts'
import { hasFewerUnits, type UnitsInUse, USUAL_INSTANCES } from './replaced-instance.ts'

/** A session of a gateway with a neighbor outside, which has been up once. */
interface InstanceSession {
  localAddress: string
  neighbor: string
  isUp: boolean
  /** The newest poll reports no session of the instance. */
  isSilent: boolean
}

/** Facts of a gateway that show whether it scaled in. */
interface ScalingFacts {
  /** Azure adds and takes instances by load. */
  scales: boolean
  /** addresses that the configuration names */
  addresses: readonly string[]
  sessions: readonly InstanceSession[]
  units: readonly UnitsInUse[]
}

/**
 * Reports whether every neighbor of an instance has a session that is up with another instance, which reports.
 * @param neighbor null = all neighbors of the instance
 */
export function isCarriedByOthers(
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
 * Reports whether a silent instance may have gone by scaling in, and is no loss so far: two others at least carry all that it did, and the
 * scale units have fallen, or are not reported yet (ADR 0276). The events of a gateway and its page read this rule.
 * @param left when the instance left
 */
export function mayHaveScaledIn(
  instance: string,
  { scales, addresses, sessions, units }: ScalingFacts,
  left: Bounds,
): boolean {
  if (!scales || addresses.includes(instance)) return false
  const reporting = new Set(upElsewhere(sessions, instance).map(({ localAddress }) => localAddress))
  if (reporting.size < USUAL_INSTANCES || !isCarriedByOthers(sessions, instance, null)) return false
  return hasFewerUnits(units, left) !== false
}

const upElsewhere = (sessions: readonly InstanceSession[], instance: string) =>
  sessions.filter(({ localAddress, isUp, isSilent }) => localAddress !== instance && isUp && !isSilent)
