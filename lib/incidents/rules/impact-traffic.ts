import { formatBitRate } from '#lib/contract/words/rates.ts'
import { type TrafficChange, trafficChanges, type TrafficSeen } from '../api/index.ts'

/** One direction of all counters together, bit/s; null = not known. */
export interface RateChange {
  /** over the last 15 minutes before it may have begun */
  before: number | null
  /** while it lasts over the last 15 minutes, once it is over over all of it */
  since: number | null
  /** null where one of them is not known */
  change: TrafficChange | null
}

export interface ImpactTraffic {
  state: TrafficSeen
  toAzure: RateChange
  fromAzure: RateChange
}

/** bit/s of one counter: keepalives and BFD make about 2,000 on each path. */
const DEAD = 8_000
/** bit/s below which what flows is not worth a word. */
const LITTLE = 100_000
/** At most so much of what was there before is a fall: within an hour, a busy link does not halve by itself. */
const FALLEN_SHARE = 0.5
/** After so long the hour of the day alone halves what flows. */
const COMPARABLE_MS = 2 * 3_600_000

/**
 * What became of a rate (docs/rules/events.md, "Impact").
 * @param paths how many counters are added up in it
 * @param lastedMs from the latest begin of the incident to the end of what was read
 */
export function rateChange(
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
 * The change in a clause, by the direction that changed most; of two alike by the busier one. Without a change that is known there is none.
 * A direction is named where the other one fares otherwise, or is not known.
 */
export function formatTraffic(traffic: ImpactTraffic, isOver: boolean): string[] {
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
  switch (worst) {
    case 'stopped':
      return [`${subject} stopped, ${was} before it began`]
    case 'fell':
      return [`${subject} fell from ${was} to ${is}`]
    case 'lower':
      return [`${subject} ${isOver ? 'was ' : ''}at ${is}, ${was} before it began`]
    case 'goes_on':
      return [`${subject} ${isOver ? 'went' : 'goes'} on at ${is}`]
    case 'little':
      return [`less than ${formatBitRate(LITTLE)} of traffic before and ${isOver ? 'meanwhile' : 'since'}`]
  }
}
