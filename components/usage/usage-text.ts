import type { TimeAboveRate, UsageResponse, UsageDifferenceBetweenSources } from '#lib/usage/api/index.ts'
import { formatDuration, formatDurationBounds } from '#lib/contract/words/index.ts'
import { formatBytes, formatFractionAsPercent } from '../format/quantity.ts'

const steps: Record<UsageResponse['step'], string> = {
  '5m': '5-minute',
  hour: 'hourly',
  day: 'daily',
  month: 'monthly',
}
/** Returns the adjective for the length of a step: `hourly`, as in *hourly averages*. */
export const formatUsageStep = (step: UsageResponse['step']) => steps[step]

/**
 * Describes the difference between Azure's metrics and the counters, and the length of the compared time. Returns null
 * if no time has values from both.
 */
export function formatUsageDisagreement(disagreement: UsageDifferenceBetweenSources | null): string | null {
  if (disagreement === null || disagreement.comparedSeconds <= 0) return null
  const { comparedSeconds, in: to, out: from } = disagreement
  return `Azure Monitor vs. counters: Δ ${formatDeviation(to)} to Azure, Δ ${formatDeviation(from)} from Azure (over ${formatDuration(comparedSeconds * 1000, 'round')}).`
}

function formatDeviation({ bytes, share }: UsageDifferenceBetweenSources['in']): string {
  if (BigInt(bytes) === 0n) return '0'
  const more = !bytes.startsWith('-')
  const size = share === null ? formatBytes(bytes.replace('-', '')) : formatFractionAsPercent(Math.abs(share))
  return `${more ? '+' : '−'}${size}`
}

/**
 * Formats the time during which traffic was above a rate, and the measured time: `none in 1 d 00 h covered`, `12 min 00
 * s, with 1 d 00 h covered`.
 */
export function formatTimeAboveRate(
  { atLeast, atMost }: TimeAboveRate['in'],
  { coveredSeconds }: TimeAboveRate,
): string {
  const covered = `${formatDuration(coveredSeconds * 1000, 'round')} covered`
  if (atMost > 0) return `${formatDurationBounds(atLeast * 1000, atMost * 1000)}, with ${covered}`
  return coveredSeconds === 0 ? 'unknown: nothing is covered' : `none in ${covered}`
}
