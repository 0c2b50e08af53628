import { formatUtcDay, formatUtcMinute } from '#lib/contract/time/dates.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { OverriddenPrices } from '../prices/overrides.ts'
import { formatOverride } from '../prices/overrides.ts'
import type { PriceSheet } from '../prices/price-sheet.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { BilledUsage } from '../usage/billed-usage.ts'
import type { GigabyteSize } from '../usage/gigabyte.ts'
import type { CircuitProjectionInput, CostContext, UnreadConfigurationTime } from './circuit-input.ts'

/** Age in days from which a projection mentions that its price list is old. */
const OLD_DAYS = 45

export const computeSheetAgeDays = (sheet: PriceSheet, now: number): number =>
  Math.max(0, (now - sheet.readAt) / MS_PER_DAY)

/**
 * Returns sentences about the assumptions behind a projected cost, which are facts that neither documents nor
 * measurements prove.
 */
export function formatAssumptions(
  frame: CostContext,
  about: {
    zone: string | null
    overridden: OverriddenPrices
    input: Pick<CircuitProjectionInput, 'usage' | 'globalReach'>
    toDate: BilledUsage
    isPartial: boolean
    unread: readonly UnreadConfigurationTime[]
  },
): string[] {
  const { toDate } = about
  const gap = toDate.seconds - toDate.coveredSeconds
  return [
    formatPrice(frame.sheet, frame.now),
    ...(about.zone
      ? [`Prices apply to ${about.zone}, by peering location${about.overridden.zone ? ', as declared' : ''}.`]
      : []),
    ...about.overridden.applied.map((one) => `Override: ${formatOverride(one)}.`),
    formatGb(frame.gb),
    'The billing month is assumed to begin at 00:00 UTC; Azure does not document this.',
    ...(about.isPartial
      ? ['A part of a month is assumed to be charged by its hours; Azure does not document this.']
      : []),
    ...formatUnreadConfigurationPeriods(about.unread, frame.month.from),
    formatReach(about.input),
    ...(toDate.metricSeconds > 0
      ? [
          `${share(toDate.metricSeconds, toDate.seconds)} of the time is known from Azure Monitor's metrics, not from counters.`,
        ]
      : []),
    ...(gap > 60
      ? [
          `${share(gap, toDate.seconds)} of the time so far was not measured; the band includes the traffic that may have passed in that time.`,
        ]
      : []),
    ...(about.overridden.sheet.meters.length > 0 ? ['Prices are before tax.'] : []),
  ]
}

/**
 * Describes the times in which a circuit's configuration was not read, and the configuration that is assumed for them.
 * @param since begin of the time that the cost covers
 */
export function formatUnreadConfigurationPeriods(unread: readonly UnreadConfigurationTime[], since: EpochMs): string[] {
  if (unread.length === 0) return []
  const times = unread.map(({ from, to }) =>
    from <= since ? `before ${formatUtcMinute(to)}` : `from ${formatUtcMinute(from)} to ${formatUtcMinute(to)}`,
  )
  return [`Terms were not polled ${times.join(', ')}, so the nearest terms that were polled are used.`]
}

function formatReach({ usage, globalReach: isOn }: Pick<CircuitProjectionInput, 'usage' | 'globalReach'>): string {
  if (usage.globalReach === null)
    return isOn
      ? 'Global Reach is on, but its bytes were not measured. The counters include them, but they have separate meters, so the bytes billed as data are at most this.'
      : `The circuit is assumed to carry no Global Reach traffic${isOn === null ? '; it is unknown whether Global Reach is on' : ''}.`
  const basis =
    usage.reachBasis === 'measured'
      ? 'as measured by Azure Monitor since Peerwatch requests this metric'
      : 'by the declared share'
  return `Bytes of Global Reach are subtracted from the billed bytes, ${basis}, because they have separate meters.`
}

const share = (part: number, whole: number): string => `${((part / whole) * 100).toFixed(1)} %`

function formatPrice(sheet: PriceSheet, now: number): string {
  const day = formatUtcDay(sheet.readAt)
  const age = Math.floor(computeSheetAgeDays(sheet, now))
  const old = age > OLD_DAYS ? `, ${age} days old` : ''
  switch (sheet.source) {
    case 'retail':
      return `List prices of Azure's Retail Prices API, read on ${day}${old}.`
    case 'snapshot':
      return `List prices that came with Peerwatch, of ${day}${old}, because the Retail Prices API was not reached.`
    case 'negotiated':
      return `Prices of a sheet that was loaded by hand, of ${day}${old}.`
  }
}

function formatGb({ bytes, calibrated }: GigabyteSize): string {
  const is = `${bytes.toLocaleString('en')} bytes`
  return calibrated
    ? `A billed GB is ${is}, as matched to a bill.`
    : `A billed GB is assumed to be ${is}; uncalibrated, because Azure does not document it and no bill was matched yet.`
}
