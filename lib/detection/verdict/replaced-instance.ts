import type { TimestampBounds, DetectedEvent, EpochMs } from '#lib/contract/index.ts'

/**
 * Time in ms for which an instance must be silent before it may count as replaced by other instances
 * (docs/rules/detection.md 2.5).
 */
const RETIRED_AFTER_MS = 10 * 60_000

/**
 * The same time for a gateway to which Azure adds and removes instances by load. It is longer, because the number of
 * scale units decides whether the instance was lost or removed, and Azure reports this number in intervals of five
 * minutes.
 */
const SCALED_IN_AFTER_MS = 20 * 60_000

/** Number of instances of a gateway if its configuration does not give another number. */
export const DEFAULT_INSTANCE_COUNT = 2

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
   * bounds of Azure's last change of the gateway: earliest possible begin and latest possible end; absent = not known,
   * or ongoing
   */
  changed?: TimestampBounds | null
  /** true if Azure adds and removes instances by load; absent = no */
  scales?: boolean
}

/**
 * Reports whether other instances replaced an instance. A rolling upgrade keeps the number of instances and changes
 * their addresses.
 * - An instance in the configuration is never replaced.
 * - An instance that last reported during a change of the gateway is replaced as soon as at least two instances (or the
 *   configured number, if lower) report.
 * - Any other instance is replaced after 10 minutes of silence (20 if Azure adds and removes instances by load), if
 *   enough instances are configured or report, that is, as many as the gateway should have. Reporting instances are
 *   counted too, because the settings of an ExpressRoute gateway may contain only one of its two instances.
 * @param reporting addresses with rows in the newest poll
 */
export function isGatewayInstanceReplaced(
  { address, lastSeenAt }: ReportedInstance,
  { instances, instanceCount, changed, scales = false }: ConfiguredInstances,
  reporting: ReadonlySet<string>,
  now: EpochMs,
): boolean {
  if (instances.some((addresses) => addresses.includes(address))) return false
  if (lastSeenAt === null) return false
  const isOfChange = changed && lastSeenAt >= changed.earliest && lastSeenAt <= changed.latest
  if (isOfChange && reporting.size >= Math.min(instanceCount ?? DEFAULT_INSTANCE_COUNT, DEFAULT_INSTANCE_COUNT))
    return true
  if (now - lastSeenAt <= (scales ? SCALED_IN_AFTER_MS : RETIRED_AFTER_MS)) return false
  return Math.max(instances.length, reporting.size) >= (instanceCount ?? DEFAULT_INSTANCE_COUNT)
}

/**
 * Returns the bounds of a gateway's last change from its newest gateway_changing event; null = there was no change, or
 * it is ongoing.
 */
export function getLastChangeBounds(
  event: Pick<DetectedEvent, 'started' | 'ended'> | undefined,
): TimestampBounds | null {
  return event?.ended ? { earliest: event.started.earliest, latest: event.ended.latest } : null
}

/** Number of scale units of a gateway in one interval of Azure Monitor. */
export interface ScaleUnitSample {
  at: EpochMs
  units: number
}

/**
 * Time in ms before the loss of an instance from which on the number of scale units is read, because the number may
 * fall before the instance leaves.
 */
export const SCALE_UNITS_LOOKBACK_MS = 30 * 60_000
/**
 * Tolerance for comparing numbers of scale units. Units are whole numbers. A mean that is lower by more than this
 * tolerance therefore shows that units were removed in that interval.
 */
const LESS = 0.05

/**
 * Reports whether a gateway has fewer scale units than before an instance left; null = the number is not reported yet.
 * @param left bounds of the time at which the instance left
 */
export function hasFewerScaleUnits(samples: readonly ScaleUnitSample[], left: TimestampBounds): boolean | null {
  const before = samples.filter(({ at }) => at < left.earliest).map(({ units }) => units)
  const newest = samples.toSorted((a, b) => b.at - a.at)[0]
  if (newest === undefined || before.length === 0) return null
  if (newest.units < Math.max(...before) - LESS) return true
  return newest.at >= left.latest ? false : null
}
