import type { Bounds, DetectedEvent, EpochMs } from '#lib/contract/index.ts'

/** Minimum silence in ms of an instance before other instances can have replaced it (docs/rules/detection.md 2.5). */
const RETIRED_AFTER_MS = 10 * 60_000

/**
 * Minimum silence in ms of an instance before other instances can have replaced it, for a gateway that scales by load.
 * Only its units, which are reported in buckets of five minutes, distinguish a loss from scaling in.
 */
const SCALED_IN_AFTER_MS = 20 * 60_000

/** Number of instances of a gateway, unless its SKU determines another number. */
export const USUAL_INSTANCES = 2

/** An address that was reported in a gateway's BGP sessions. */
interface ReportedInstance {
  address: string
  /** time of the instance's last report; null = not known */
  lastSeenAt: EpochMs | null
}

/** The configuration of a gateway's instances, in the form of `GatewayConfig`. */
export interface ConfiguredInstances {
  instances: readonly (readonly string[])[]
  instanceCount: number | null
  /**
   * Azure's last change of the gateway, from its earliest possible begin to its latest possible end; absent = not
   * known, or ongoing
   */
  changed?: Bounds | null
  /** whether Azure adds and removes instances by load; absent = no */
  scales?: boolean
}

/**
 * Reports whether an instance was replaced: a rolling upgrade keeps the number of instances and changes their
 * addresses. An instance in the configuration is never replaced. Another instance is replaced after 10 minutes of
 * silence (20 if instances are added and removed by load) if as many instances as the gateway should have are
 * configured or report, because the settings of an ExpressRoute gateway may contain only one of its two instances. An
 * instance that left during a change of the gateway is replaced when the change is over and as many instances report as
 * the gateway then has; a change may leave fewer instances, but not only one.
 * @param reporting addresses with rows in the newest poll
 */
export function isReplaced(
  { address, lastSeenAt }: ReportedInstance,
  { instances, instanceCount, changed, scales = false }: ConfiguredInstances,
  reporting: ReadonlySet<string>,
  now: EpochMs,
): boolean {
  if (instances.some((addresses) => addresses.includes(address))) return false
  if (lastSeenAt === null) return false
  const isOfChange = changed && lastSeenAt >= changed.earliest && lastSeenAt <= changed.latest
  if (isOfChange && reporting.size >= Math.min(instanceCount ?? USUAL_INSTANCES, USUAL_INSTANCES)) return true
  if (now - lastSeenAt <= (scales ? SCALED_IN_AFTER_MS : RETIRED_AFTER_MS)) return false
  return Math.max(instances.length, reporting.size) >= (instanceCount ?? USUAL_INSTANCES)
}

/**
 * Returns the time of a gateway's last change, from its newest event about a change; null = never changed, or ongoing.
 */
export function changedBetween(event: Pick<DetectedEvent, 'started' | 'ended'> | undefined): Bounds | null {
  return event?.ended ? { earliest: event.started.earliest, latest: event.ended.latest } : null
}

/** Scale units of a gateway in one bucket of Azure Monitor. */
export interface UnitsInUse {
  at: EpochMs
  units: number
}

/** Time in ms before the loss of an instance from which buckets are used, because units may fall first. */
export const UNITS_BEFORE_MS = 30 * 60_000
/** Tolerance for units. Units are whole numbers, so that a lower mean belongs to a bucket in which they fell. */
const LESS = 0.05

/** Reports whether a gateway has fewer scale units than before an instance left; null = not reported yet. */
export function hasFewerUnits(samples: readonly UnitsInUse[], left: Bounds): boolean | null {
  const before = samples.filter(({ at }) => at < left.earliest).map(({ units }) => units)
  const newest = samples.toSorted((a, b) => b.at - a.at)[0]
  if (newest === undefined || before.length === 0) return null
  if (newest.units < Math.max(...before) - LESS) return true
  return newest.at >= left.latest ? false : null
}
