import { formatUtcMinuteOfDay } from '#lib/contract/time/dates.ts'
import type { EpochMs } from '#lib/contract/time/time.ts'
import { formatLastKnown } from '#lib/contract/words/last-known.ts'
import { formatBitRate } from '#lib/contract/words/rates.ts'
import { type TrafficChange, trafficChanges, type TrafficSeenState } from '../api/index.ts'

/**
 * Traffic in one direction before and since the begin of an incident, as the sum of all counters, in bit/s; null =
 * unknown.
 */
export interface RateChange {
  /** mean rate in the last 15 minutes before the earliest possible begin of the incident */
  before: number | null
  /** mean rate in the last 15 minutes of an ongoing incident, or during all of an incident that is over */
  since: number | null
  /** classification of the change; null if a rate is unknown */
  change: TrafficChange | null
}

export interface ImpactTraffic {
  state: TrafficSeenState
  toAzure: RateChange
  fromAzure: RateChange
  /** time of the last counters of an ongoing incident that are not polled now; absent = they are polled, or it is over */
  notPolledSince?: EpochMs
}

/** Maximum rate in bit/s of a path that counts as stopped. Keepalives and BFD cause about 2,000 bit/s on each path. */
const DEAD = 8_000
/** Rate in bit/s below which traffic counts as little, so that its changes are not reported. */
const LITTLE = 100_000
/**
 * Maximum share (0 to 1) of the earlier rate that counts as a fall. The load of a busy link does not normally halve
 * within an hour.
 */
const FALLEN_SHARE = 0.5
/**
 * Maximum time in ms since the start of an incident for which a lower rate is attributed to it. After a longer time,
 * the change of the hour of the day can be enough to halve the traffic.
 */
const COMPARABLE_MS = 2 * 3_600_000

/**
 * Classifies the change of a rate (docs/rules/events.md, "Impact").
 * @param paths number of counters that were added up
 * @param lastedMs time from the latest possible begin of the incident to the end of the measured time
 */
export function classifyRateChange(
  { before, since }: Pick<RateChange, 'before' | 'since'>,
  { paths, lastedMs }: { paths: number; lastedMs: number },
): RateChange {
  const changeOf = (was: number, is: number): TrafficChange => {
    if (was < LITTLE) return is < LITTLE ? 'little' : 'goes_on'
    if (is <= DEAD * paths) return 'stopped'
    if (is > was * FALLEN_SHARE) return 'goes_on'
    return lastedMs <= COMPARABLE_MS ? 'fell' : 'lower'
  }
  return { before, since, change: before === null || since === null ? null : changeOf(before, since) }
}

const names = { toAzure: 'to Azure', fromAzure: 'from Azure' } as const
const directions = ['toAzure', 'fromAzure'] as const

/**
 * Formats the change of traffic in the direction with the larger change. If both directions changed alike, the busier
 * one is used. The text names the direction unless both changed alike or the other direction has little traffic. The
 * list is empty if no change is known, or if only one direction is known and it has little traffic. Traffic that is no
 * longer polled has the time of its last counters.
 * @param now time at which the text is read; the text contains a date only if it is on another day
 */
export function formatTraffic(traffic: ImpactTraffic, isOver: boolean, now: EpochMs): string[] {
  const known = directions.flatMap((direction) => {
    const { before, since, change } = traffic[direction]
    return before === null || since === null || change === null ? [] : [{ direction, before, since, change }]
  })
  const worst = trafficChanges.find((one) => known.some(({ change }) => change === one))
  const [first, second] = known
    .filter(({ change }) => change === worst)
    .toSorted((a, b) => b.before + b.since - (a.before + a.since))
  if (!first || !worst) return []
  const isWhole = known.length === directions.length
  if (worst === 'little' && !isWhole) return []
  const isAlone = !second && !(isWhole && known.some(({ change }) => change === 'little'))
  const subject = isAlone ? `traffic ${names[first.direction]}` : 'traffic'
  const [was, is] = [formatBitRate(first.before), formatBitRate(first.since)]
  const last = traffic.notPolledSince === undefined ? null : formatUtcMinuteOfDay(traffic.notPolledSince, now)
  if (last !== null && worst === 'goes_on') return [`${subject} ${is}, ${formatLastKnown(last)}`]
  const doubt = last === null ? '' : ` (${formatLastKnown(last)})`
  switch (worst) {
    case 'stopped':
      return [`${subject} stopped, ${was} before it began${doubt}`]
    case 'fell':
      return [`${subject} fell from ${was} to ${is}${doubt}`]
    case 'lower':
      return [`${subject} ${isOver ? 'was ' : ''}at ${is}, ${was} before it began${doubt}`]
    case 'goes_on':
      return [`${subject} ${isOver ? 'went' : 'goes'} on at ${is}`]
    case 'little':
      return [`less than ${formatBitRate(LITTLE)} of traffic before and ${isOver ? 'meanwhile' : 'since'}${doubt}`]
  }
}
