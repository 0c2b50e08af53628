import { DAY } from '#lib/contract/time/time.ts'
import type { WithOverrides } from '../prices/overrides.ts'
import { formatOverride } from '../prices/overrides.ts'
import type { PriceSheet } from '../prices/sheet.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { BilledUsage } from '../usage/billed.ts'
import type { Gigabyte } from '../usage/gigabyte.ts'
import type { CircuitInput, CostFrame, UnreadTime } from './circuit-input.ts'

/** Age in days from which the text calls a price list old. */
const OLD_DAYS = 45

export const sheetAgeDays = (sheet: PriceSheet, now: number): number => Math.max(0, (now - sheet.readAt) / DAY)

/** Lists the assumptions of a cost that documents or measurements do not prove, each in a sentence. */
export function assumptionsOf(
  frame: CostFrame,
  about: {
    zone: string | null
    overridden: WithOverrides
    input: Pick<CircuitInput, 'usage' | 'globalReach'>
    toDate: BilledUsage
    isPartial: boolean
    unread: readonly UnreadTime[]
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
    'The billing month is cut at 00:00 UTC; no document of Azure says so.',
    ...(about.isPartial ? ['A part of a month is charged by its hours; no document of Azure says so.'] : []),
    ...formatUnreadTerms(about.unread, frame.month.from),
    formatReach(about.input),
    ...(toDate.metricSeconds > 0
      ? [
          `${share(toDate.metricSeconds, toDate.seconds)} of the time is known from Azure Monitor's metrics, not from counters.`,
        ]
      : []),
    ...(gap > 60
      ? [
          `${share(gap, toDate.seconds)} of the time so far was not measured; the band holds what may have passed in it.`,
        ]
      : []),
    ...(about.overridden.sheet.meters.length > 0 ? ['Prices are before tax.'] : []),
  ]
}

/**
 * Describes the times whose terms were not read, and the assumption about them.
 * @param since begin of the time that the cost covers
 */
export function formatUnreadTerms(unread: readonly UnreadTime[], since: EpochMs): string[] {
  if (unread.length === 0) return []
  const at = (time: EpochMs) => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const times = unread.map(({ from, to }) => (from <= since ? `before ${at(to)}` : `from ${at(from)} to ${at(to)}`))
  return [`Terms were not read ${times.join(', ')}: the nearest terms that were read apply.`]
}

function formatReach({ usage, globalReach: isOn }: Pick<CircuitInput, 'usage' | 'globalReach'>): string {
  if (usage.globalReach === null)
    return isOn
      ? 'Global Reach is on and its bytes were not measured: they pass the counters and have meters of their own, so what is billed as data is at most this.'
      : `No Global Reach is taken to pass this circuit${isOn === null ? '; whether it is on is not known' : ''}.`
  const basis =
    usage.reachBasis === 'measured'
      ? 'as Azure Monitor measured them, since it is asked for them'
      : 'by the share that is declared'
  return `Bytes of Global Reach are taken out of the billed ones, ${basis}: they have meters of their own.`
}

const share = (part: number, whole: number): string => `${((part / whole) * 100).toFixed(1)} %`

function formatPrice(sheet: PriceSheet, now: number): string {
  const day = new Date(sheet.readAt).toISOString().slice(0, 10)
  const age = Math.floor(sheetAgeDays(sheet, now))
  const old = age > OLD_DAYS ? `, ${age} days old` : ''
  switch (sheet.source) {
    case 'retail':
      return `List prices of Azure's Retail Prices API, read on ${day}${old}.`
    case 'snapshot':
      return `List prices that came with Peerwatch, of ${day}${old}: the Retail Prices API was not reached.`
    case 'negotiated':
      return `Prices of a sheet that was loaded by hand, of ${day}${old}.`
  }
}

function formatGb({ bytes, calibrated }: Gigabyte): string {
  const is = `${bytes.toLocaleString('en')} bytes`
  return calibrated
    ? `A billed GB is ${is}, as matched to a bill.`
    : `A billed GB is assumed to be ${is}; uncalibrated, as Azure's documents don't say and no bill was matched yet.`
}
