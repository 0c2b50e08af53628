import type { Bounds, DetectedEvent, EpochMs } from '#lib/contract/index.ts'

/** How long an instance has to be silent before others can have replaced it (docs/rules/detection.md 2.5). */
const RETIRED_AFTER_MS = 10 * 60_000

/** The same of a gateway that scales by load: only the units, which are reported in buckets of five minutes, distinguish a loss from scaling in. */
const SCALED_IN_AFTER_MS = 20 * 60_000

/** A gateway has two instances unless its SKU says otherwise. */
export const USUAL_INSTANCES = 2

/** One address that a gateway's BGP sessions were reported under. */
interface ReportedInstance {
  address: string
  /** when it last reported anything; null = not known */
  lastSeenAt: EpochMs | null
}

/** What a gateway's configuration says of its instances, as `GatewayConfig`. */
export interface ConfiguredInstances {
  instances: readonly (readonly string[])[]
  instanceCount: number | null
  /** when Azure last changed the gateway: from the first moment that it may have been begun to the last at which it may have lasted; absent = not known, or not over */
  changed?: Bounds | null
  /** Azure adds and takes instances by load; absent = it does not */
  scales?: boolean
}

/**
 * Whether an instance was replaced: a rolling upgrade keeps the number of instances and changes their addresses. An instance that the
 * configuration names is never replaced. Another one is once it has been silent for 10 minutes (20 where instances come and go by load) while as many instances as the gateway
 * should have are configured or report: the settings of an ExpressRoute gateway may name only one of its two. One that left while Azure changed
 * the gateway is once that is over, by as many as the gateway has then: a change may leave fewer, but not one alone.
 * @param reporting addresses that the newest poll has rows of
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

/** When a gateway was changed, by its newest event of that; null = it never was, or that is not over. */
export function changedBetween(event: Pick<DetectedEvent, 'started' | 'ended'> | undefined): Bounds | null {
  return event?.ended ? { earliest: event.started.earliest, latest: event.ended.latest } : null
}

/** Scale units of a gateway in one bucket of Azure Monitor. */
export interface UnitsInUse {
  at: EpochMs
  units: number
}

/** Buckets before an instance left count as well: units may fall first. */
export const UNITS_BEFORE_MS = 30 * 60_000
/** Units are whole: a mean below their number is of a bucket in which they fell. */
const LESS = 0.05

/** Whether a gateway has fewer scale units than before an instance left; null = that is not reported yet. */
export function hasFewerUnits(samples: readonly UnitsInUse[], left: Bounds): boolean | null {
  const before = samples.filter(({ at }) => at < left.earliest).map(({ units }) => units)
  const newest = samples.toSorted((a, b) => b.at - a.at)[0]
  if (newest === undefined || before.length === 0) return null
  if (newest.units < Math.max(...before) - LESS) return true
  return newest.at >= left.latest ? false : null
}
